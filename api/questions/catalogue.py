"""Every question, in the order in which it is documented."""

from typing import Any

from api.questions.alerts import ALERTS
from api.questions.allocation import ALLOCATE
from api.questions.assessment import ASSESSMENT
from api.questions.chains import CHAINS
from api.questions.changes import CHANGES
from api.questions.coverage import COVERAGE, GAPS, RANKINGS
from api.questions.declaration import Question
from api.questions.entities import ENTITY, NEIGHBOURS
from api.questions.expansion import EXPAND
from api.questions.explanation import CROWDING, WHY
from api.questions.feedback import FEEDBACK
from api.questions.kpi import KPI
from api.questions.monitoring import MONITORING
from api.questions.network import NETWORK
from api.questions.partner_sets import FEWEST
from api.questions.partners import MATRIX, PARTNERS, PARTNERS_OF_SEVERAL, SIGNAL
from api.questions.paths import PATHS, PATHS_OF_PAIRS
from api.questions.policy import POLICY, TARGETS
from api.questions.regions import REGION
from api.questions.request_funnel import FUNNEL
from api.questions.request_steps import ASK, INTEREST, OUTCOME, STEP, TERMS
from api.questions.requests import REQUESTS, SIGNALS
from api.questions.review import DECIDE, REVIEW
from api.questions.search import SEARCH
from api.questions.service_records import RECORDS
from api.questions.snapshots import CREATE, DIFF, KEPT_SERIES, SERIES, SNAPSHOTS
from api.questions.suggestions import FLOWS, QUALITY, SUGGESTIONS
from api.questions.vocabularies import VOCABULARIES
from api.questions.what_if import COMPARED, KEPT_PLAN, PLAN, SCENARIOS, WHAT_IF

QUESTIONS: tuple[Question[Any, Any, Any], ...] = (
    CHAINS,
    EXPAND,
    COVERAGE,
    GAPS,
    RANKINGS,
    CROWDING,
    WHY,
    NETWORK,
    REGION,
    KPI,
    MONITORING,
    RECORDS,
    ALERTS,
    ASSESSMENT,
    POLICY,
    TARGETS,
    PATHS,
    PATHS_OF_PAIRS,
    SEARCH,
    ENTITY,
    NEIGHBOURS,
    CHANGES,
    PARTNERS,
    FEWEST,
    MATRIX,
    PARTNERS_OF_SEVERAL,
    SUGGESTIONS,
    FLOWS,
    QUALITY,
    REQUESTS,
    FUNNEL,
    ASK,
    STEP,
    TERMS,
    INTEREST,
    OUTCOME,
    SIGNALS,
    SIGNAL,
    FEEDBACK,
    REVIEW,
    DECIDE,
    ALLOCATE,
    WHAT_IF,
    PLAN,
    KEPT_PLAN,
    SCENARIOS,
    COMPARED,
    SNAPSHOTS,
    KEPT_SERIES,
    DIFF,
    SERIES,
    CREATE,
    VOCABULARIES,
)
