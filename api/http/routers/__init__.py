"""The routes of the HTTP door, one question a module."""
