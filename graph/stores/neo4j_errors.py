"""What the driver and the server raise, in our own words."""

import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from neo4j import exceptions

from graph import errors
from graph.language import Text
from graph.stores.base import READ_SECONDS

UNREACHABLE = (
    exceptions.ServiceUnavailable,
    exceptions.SessionExpired,
    exceptions.DatabaseUnavailable,
    exceptions.ConnectionPoolError,
    exceptions.UnsupportedServerProduct,
    OSError,
)
"""Nobody answers, or somebody else than a Neo4j that is up."""
FORBIDDEN = (
    "Neo.ClientError.General.WriteOnReadOnlyAccessDatabase",
    "Neo.ClientError.General.ForbiddenOnReadOnlyDatabase",
    "Neo.ClientError.Security.Forbidden",
    "Neo.ClientError.Cluster.NotALeader",
)
FOREIGN_SCHEMA = (
    "Neo.DatabaseError.Schema.ConstraintCreationFailed",
    "Neo.ClientError.Schema.ConstraintCreationFailed",
    "Neo.ClientError.Schema.IndexAlreadyExists",
)
"""Two nodes of one key, as no load of ours leaves them; an index in the place of a constraint of ours."""
SYSTEM = "system"
"""A database that every server has, and that holds no graph."""
NOT_TLS = Text("对方没有按 TLS 应答", "it does not answer in TLS")
REFUSED = ("Neo.ClientError.Security.CredentialsExpired", "Neo.ClientError.Security.AuthenticationRateLimit")


def translate(error: Exception, url: str, seconds: float = READ_SECONDS) -> errors.ShuniuError:
    """Map the driver's and the server's errors to ours; a failed result counts as what made it fail."""
    if isinstance(error, exceptions.ResultFailedError) and isinstance(error.__cause__, Exception):
        error = error.__cause__
    code = getattr(error, "code", None) or ""
    if isinstance(error, exceptions.AuthError) or code in REFUSED:
        return errors.WrongPassword(url=url)
    if isinstance(error, UNREACHABLE):
        return _unreachable(error, url)
    database = urlsplit(url).path.strip("/")
    if "DatabaseNotFound" in code or database == SYSTEM:
        return errors.DatabaseMissing(url=url, database=database)
    if "TransactionTimedOut" in code:
        return errors.QueryTimeout(seconds=seconds)
    if code in FORBIDDEN:
        return errors.StoreForbids(url=url, reason=_said(error))
    if code in FOREIGN_SCHEMA:
        return errors.DatabaseShared(url=url, what=_said(error))
    if "ConstraintValidationFailed" in code:
        return errors.StoreMoved()
    if "AccessMode" in code:
        return errors.StoreReadOnly()
    if "No space left" in str(error) or "DiskFull" in code:
        return errors.DiskFull(path=url)
    return errors.StoreFailure(reason=_said(error))


def _unreachable(error: Exception, url: str) -> errors.StoreUnreachable:
    if isinstance(error, exceptions.DatabaseUnavailable):
        return errors.DatabaseStarting(url=url)
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLCertVerificationError):
            return errors.EncryptionMismatch(url=url, reason=cause.verify_message)
        if isinstance(cause, ssl.SSLError) or (isinstance(cause, ConnectionResetError) and "+" in urlsplit(url).scheme):
            return errors.EncryptionMismatch(url=url, reason=NOT_TLS)
    return errors.StoreUnreachable(url=url)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield an error and what led to it; a driver that tried several members of a cluster tells of each."""
    yield error
    members = error.exceptions if isinstance(error, BaseExceptionGroup) else ()
    for cause in (error.__cause__, *members):
        if cause:
            yield from _causes(cause)


def _said(error: Exception) -> object:
    """Return the server's own words, where it is the server that said something."""
    return (isinstance(error, exceptions.Neo4jError) and error.message) or error


FOREIGN = (exceptions.Neo4jError, exceptions.DriverError, OSError)
"""Everything the driver raises for reasons outside of this program."""
