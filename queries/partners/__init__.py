"""Partners: who could help from elsewhere, ranked and explained (method.md, section 6)."""

from queries.partners.find import partners
from queries.partners.models import PartnerQuestion

__all__ = ["PartnerQuestion", "partners"]
