"""The HTTP door; ``uvicorn --factory api.http:create_app`` serves it, as ``shuniu serve`` does."""

from api.http.app import create_app, prepare
from api.http.connections import WatchedConnection
from api.http.hosts import is_loopback

__all__ = ["WatchedConnection", "create_app", "is_loopback", "prepare"]
