"""What a report may be asked to be about, as it is written by an asker."""

from typing import Annotated, Literal

from pydantic import Field, PositiveFloat

from api.questions.codes import industry_code, region_code
from api.questions.declaration import STANDARD, CellFilters, DayParameters, Name, Rates
from api.settings import read_settings
from graph.language import Lang
from graph.places import gazetteer
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.policy.packs import Pack, packs
from viz.report.build import BUDGET, build_report, report_scope, with_rules
from viz.report.compose import gap_document
from viz.report.document import OfficialHead, ReportDocument
from viz.report.model import ReportScope

Form = Literal["docx", "pdf", "xlsx", "html", "json"]
Line = Annotated[str, Field(max_length=200)]


class ReportParameters(CellFilters, DayParameters):
    """A gap report: what it is about, in which form and language, and what an office puts around it."""

    format: Form = Field(default="docx", description="文件格式 / form of the file")
    language: Lang | None = Field(
        default=None,
        description="报告的语言，默认按 Accept-Language / language of the report; default: Accept-Language",
    )
    standard: float = Field(
        default=STANDARD, gt=0, le=1000, allow_inf_nan=False,
        description="达到“已覆盖”所需的供需比 A / accessibility A from which a cell is covered",
    )  # fmt: skip
    budget: PositiveFloat = Field(
        default=BUDGET, le=1e6, allow_inf_nan=False,
        description="行动建议的预算（万元），属假设 / assumed budget of the proposed actions, 10,000 yuan",
    )  # fmt: skip
    since: Name | None = Field(
        default=None,
        description="与此快照比较，默认上月或更早最近一个 / snapshot to compare with; default: last month's",
    )
    mark: Line = Field(default="", description="发文机关标志（红头）/ mark above the title, in red")
    number: Line = Field(default="", description="发文字号 / number of the document")
    signer: Line = Field(default="", description="签发人 / who signs it")
    issuer: Line = Field(default="", description="发文机关署名 / issuing office")
    copies_to: Line = Field(default="", description="抄送机关 / who gets copies")

    def scope(self) -> ReportScope:
        """Return what it is about; see :func:`asked_scope`."""
        return asked_scope(self.region, self.industry, self.service_type)

    def document(self, store: Store, lang: Lang, rates: Rates) -> ReportDocument:
        """Return the report; see :func:`viz.report.build.build_report`, also for what it raises."""
        made = build_report(
            store, self.scope(), as_of=self.day, standard=self.standard, budget=self.budget, rates=rates,
            since=self.since,
        )  # fmt: skip
        head = OfficialHead(self.mark, self.number, self.signer, self.issuer, self.copies_to, read_settings().fonts)
        return gap_document(with_rules(store, made, rules()), lang, head)


def rules() -> list[Pack]:
    """Return the packs that a report shows beside the notice: those of the folder that is set."""
    built_in = packs()
    return [pack for name, pack in packs(read_settings().policies).items() if name not in built_in]


def asked_scope(region: str | None, industry: str | None, service_type: str | None) -> ReportScope:
    """Return the scope of codes or names; what is not said is all.

    Raises:
        UnknownRegion, AmbiguousRegion, UnknownCode: a name is nobody's, or several places are called so.
        BadParameter: the region is neither the province nor a zone, prefecture or county.
    """
    chain = industry_code(industry) if industry else None
    names = {
        **gazetteer.chain_names(),
        **{e.id: e.label.zh for v in ("industry_pillars", "industry_systems") for e in vocabulary(v)},
    }
    return report_scope(
        region_code(region) if region else None,
        chain,
        names.get(chain) if chain else None,
        vocabulary("service_types").resolve(service_type) if service_type else None,
    )
