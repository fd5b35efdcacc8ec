"""Partners: who could help from elsewhere, ranked and explained (method.md, section 6)."""

from queries.partners.candidates import PartnerQuestion
from queries.partners.find import partners

__all__ = ["PartnerQuestion", "partners"]
