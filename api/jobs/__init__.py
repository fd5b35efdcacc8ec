"""Long work as jobs: who asked for what, how far it is, what came of it; both outlast the process of the server."""
