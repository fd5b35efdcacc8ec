"""What a report may be asked to be about, as it is written by an asker."""

from typing import Annotated, Literal, get_args

from pydantic import Base64Bytes, Field, PositiveFloat

from api.questions.assessment import AssessmentParameters, assessed
from api.questions.codes import industry_code, region_code
from api.questions.declaration import STANDARD, CellFilters, DayParameters, Name, Rates
from api.questions.known import KnownParameters
from api.questions.monitoring import MonitoringParameters, Month, answer
from api.settings import read_settings
from graph.errors import BadParameter
from graph.language import Lang, Text
from graph.places import gazetteer
from graph.stores.base import Store
from graph.vocabulary import vocabulary
from queries.coverage import CoverageQuestion
from queries.monitoring.forecasts import forecasts
from queries.monitoring.monthly import By
from queries.policy.packs import Pack, packs
from viz.report.assessment import AssessmentReport, assessment_document
from viz.report.build import BUDGET, build_reports, report_scope
from viz.report.compose import gap_document
from viz.report.document import ReportDocument
from viz.report.model import ReportScope
from viz.report.month import month_document
from viz.report.month_summary import MonthReport
from viz.report.official import OfficialHead
from viz.report.template.files import check_template
from viz.report.writing import WRITERS

Form = Literal["docx", "pdf", "xlsx", "html", "json"]
Line = Annotated[str, Field(max_length=200)]


STRANGERS = {
    "gaps": ("month", "scheme"),
    "bulletin": ("industry", "service_type", "since", "scheme"),
    "assessment": ("region", "industry", "service_type", "since", "month"),
}
"""By kind of report, what is none of its parameters."""


class ReportParameters(CellFilters, DayParameters, KnownParameters):
    """A gap report, a month's bulletin or an assessment: what it is about, in which form and language, what an office
    puts around."""

    kind: Literal["gaps", "bulletin", "assessment"] = Field(
        default="gaps",
        description="缺口报告、一个月的运行简报，或评分报告 / gap report, bulletin of a month, or an assessment",
    )
    month: Month = Field(
        default=None, examples=["2026-05"],
        description="简报的月份，默认最近一个完整月 / month of a bulletin; default: the last full one",
    )  # fmt: skip
    scheme: Name | None = Field(
        default=None, examples=["platform_2017"],
        description="评分方案的标识，默认 SHUNIU_ASSESSMENT 所指或通知 / id of the scheme of an assessment",
    )  # fmt: skip
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
    template: Base64Bytes | None = Field(
        default=None,
        description="本单位的 Word 模板或上期文件（base64），填好即为 docx"
        " / the office's own Word file, or the last edition, in base64: filled, it is the docx",
    )

    def scope(self) -> ReportScope:
        """Return what it is about; see :func:`asked_scope`."""
        return asked_scope(self.region, self.industry, self.service_type)

    def checked(self) -> "ReportParameters":
        """Return it if it can be made.

        Raises:
            UnknownRegion, AmbiguousRegion, UnknownCode, BadParameter: see :func:`asked_scope`; a part of the head is
                too long; or a parameter is stated that is none of such a report.
            FileUnreadable, FileRefused: the template is none, or beyond the limits.
        """
        self.scope()
        self.head()
        if self.kind == "assessment":
            AssessmentParameters(scheme=self.scheme).question()
        for name in STRANGERS[self.kind]:
            if value := getattr(self, name):
                why = Text(f"不用于 kind={self.kind}", f"is none of kind={self.kind}")
                raise BadParameter(name=name, value=value, reason=why)
        if self.template is not None:
            if self.format != "docx":
                raise BadParameter(name="template", value=self.format, reason=Text("用于 docx", "goes with docx"))
            check_template(self.template)
        return self

    def written(self, store: Store, lang: Lang, rates: Rates) -> tuple[ReportDocument, str]:
        """Return the report, and what its file is called but for the ending.

        Raises:
            BadParameter: see :func:`viz.report.build.build_reports`.
        """
        head = self.head()
        if self.kind == "assessment":
            judged = assessment_report(store, AssessmentParameters(as_of=self.day, scheme=self.scheme))
            return assessment_document(judged, lang, head), judged.file_name
        if self.kind == "bulletin":
            bulletin = month_report(store, MonitoringParameters(as_of=self.day, month=self.month, region=self.region))
            return month_document(bulletin, lang, head), bulletin.file_name
        day = CoverageQuestion(as_of=self.day, standard=self.standard, rates=rates)
        made = next(build_reports(store, [self.scope()], day, budget=self.budget, since=self.since, rules=rules()))
        return gap_document(made, lang, head), self.scope().file_name

    def head(self) -> OfficialHead:
        """Return what the office puts above and below its document.

        Raises:
            BadParameter: a part is too long.
        """
        return OfficialHead(self.mark, self.number, self.signer, self.issuer, self.copies_to, read_settings().fonts)

    def file(self, document: ReportDocument) -> bytes:
        """Return the file of a report: in the form asked for, or the template filled.

        Raises:
            BadParameter: the template cannot be filled, see :func:`viz.report.template.fill.fill_template`.
        """
        if not self.template:
            return WRITERS[self.format](document)
        from viz.report.template.fill import fill_template  # noqa: PLC0415 the service starts without its libraries

        return fill_template(document, self.template).content


def rules() -> list[Pack]:
    """Return the packs that a report shows beside the notice: those of the folder that is set."""
    built_in = packs()
    return [pack for name, pack in packs(read_settings().policies).items() if name not in built_in]


def month_report(store: Store, parameters: MonitoringParameters) -> MonthReport:
    """Return what the bulletin of a month tells: its figures by each breakdown, and what may come."""
    asked = parameters.question()
    made = {by: answer(store, asked.model_copy(update={"by": by})) for by in get_args(By)}
    return MonthReport(
        report_scope(asked.region).name, asked.region, made["region"], made["service_type"], made["window"],
        made["month"], forecasts(store, asked),
    )  # fmt: skip


def assessment_report(store: Store, parameters: AssessmentParameters) -> AssessmentReport:
    """Return what the report on an assessment tells: all subjects with their open appeals, and the scheme.

    Raises:
        UnknownCode, FileMissing, NotYaml, BadParameter: there is no such scheme, or the file that is set is none.
    """
    asked = parameters.question()
    return AssessmentReport(assessed(store, asked), asked.scheme)


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
