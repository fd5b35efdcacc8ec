"""The one reader of the environment: every setting is a variable ``SHUNIU_…`` and has a default."""

from pathlib import Path
from typing import Annotated

from pydantic import DirectoryPath, Field, Secret, SecretStr, StringConstraints, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from graph.errors import BadParameter, ShuniuError
from graph.language import Lang
from graph.stores.base import Store
from graph.stores.opening import open_store
from loaders.keep import recovery
from queries.demand import read_rates

PREFIX = "SHUNIU_"
ROWS = 1000
"""The most rows that one answer may hold, whatever is set (contract)."""


class Settings(BaseSettings):
    """What command line and HTTP are told from outside; reading it opens nothing."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_ignore_empty=True, extra="ignore", frozen=True)

    store: str | None = Field(default=None, repr=False, description="store URL; without one the embedded store")
    neo4j_password: SecretStr | None = Field(default=None, description="where the store URL holds none")
    key: SecretStr | None = Field(default=None, description="key for a running service that `shuniu mcp` asks")
    lang: Lang = Field(default="zh", description="language where the asker states none")
    host: str = Field(default="127.0.0.1", description="address that `shuniu serve` listens on")
    port: int = Field(default=8000, ge=1, le=65535)
    hosts: str = Field(default="", description="names, beside those of this machine, under which it is asked: a,b")
    contained: bool = Field(default=False, description="in a container whose port is published to loopback alone")
    read_seconds: float = Field(default=5.0, ge=0.05, le=3600, description="limit of one read through HTTP")
    audit_anchor: Path | None = Field(
        default=None, description="where the anchor of the audit log lies, if not beside it"
    )
    oidc_issuer: str | None = Field(default=None, description="identity provider whose tokens are taken: https://…")
    oidc_audience: str | None = Field(default=None, description="for whom its tokens must be")
    oidc_client: str | None = Field(
        default=None, description="what this service is called there: the explorer then offers to sign in"
    )
    oidc_role_claim: str = Field(default="shuniu_role", description="claim that says the role; a.b for one inside")
    oidc_region_claim: str = Field(default="shuniu_region", description="claim that says an editor's region, by code")
    requests_a_minute: int = Field(default=600, ge=1, description="requests of one key")
    cheap_seconds: float = Field(default=20.0, ge=0.1, le=3600, description="limit of an answer through HTTP")
    dear_seconds: float = Field(default=60.0, ge=0.1, le=3600, description="limit of one that plans or learns")
    export_seconds: float = Field(default=600.0, ge=0.1, le=3600, description="limit of writing the whole graph")
    processes: int = Field(default=2, ge=0, le=64, description="processes for such answers; 0: in the server itself")
    jobs: Secret[Annotated[str, StringConstraints(pattern="^(rediss?|unix)://")]] | None = Field(
        default=None,
        description="Redis of the jobs of several servers: redis://…; without one they lie beside the store",
    )
    job_seconds: float = Field(default=900.0, ge=0.1, le=86400, description="limit of a job, but for a load")
    webhooks: str = Field(default="", description="addresses that may be told of the end of a job, by prefix: a,b")
    webhook_secret: SecretStr | None = Field(default=None, description="what messages of that are signed with")
    worker_mb: int = Field(default=2048, ge=512, description="memory that one such process may take, MB")
    max_limit: int = Field(default=ROWS, ge=1, le=ROWS, description="rows of one page through HTTP")
    demand_rates: Path | None = Field(default=None, description="file like queries/demand_rates.yml")
    assessment: Path | None = Field(default=None, description="file like those in queries/assessment/schemes")
    fonts: DirectoryPath | None = Field(default=None, description="folder of own fonts for PDF reports")
    policies: Path | None = Field(default=None, description="folder of own packs of targets, see docs/reports.md")

    def open_store(self, url: str | None = None, *, read_only: bool = False, settle: bool = True) -> Store:
        """Open the store at ``url``, else the one that is set, else the default one.

        What a stopped process left half done beside the graph is completed or dropped first, unless not to ``settle``.

        Raises:
            BadStoreUrl, StoreProblem, FileUnwritable: see :func:`graph.stores.opening.open_store`.
        """
        password = self.neo4j_password.get_secret_value() if self.neo4j_password else None
        store = open_store(url or self.store, read_only=read_only, password=password)
        if settle:
            try:
                recovery.settle(store)
            except ShuniuError:
                store.close()
                raise
        return store

    def rates(self) -> dict[str, float] | None:
        """Return the demand rates of the file that is set; none where the built-in ones hold.

        Raises:
            FileUnreadable, BadParameter: it is no such file, or a rate is negative.
        """
        return read_rates(self.demand_rates) if self.demand_rates else None


def read_settings() -> Settings:
    """Return the settings of the environment.

    Raises:
        BadParameter: a variable has a value that cannot be; the variable is named.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = PREFIX + "_".join(str(part) for part in first["loc"]).upper()
        raise BadParameter(name=name, value=first["input"], reason=first["msg"]) from error
