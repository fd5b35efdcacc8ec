"""Partners: who could help from elsewhere, ranked and explained (method.md, section 6)."""

from queries.partners.candidates import FewestQuestion, PartnerQuestion
from queries.partners.fewest import fewest_partners
from queries.partners.find import partners

__all__ = ["FewestQuestion", "PartnerQuestion", "fewest_partners", "partners"]
