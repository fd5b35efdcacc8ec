"""What a report may be asked to be about, as it is written by an asker."""

from api.questions.codes import industry_code, region_code
from graph.places import gazetteer
from graph.vocabulary import vocabulary
from viz.report.build import report_scope
from viz.report.model import ReportScope


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
