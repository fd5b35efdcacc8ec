"""Which gaps come first? By size, by depth, by emptiness, each with what would fill it best (method, section 4)."""

from queries.rankings.answer import Gap, GapQuestion, GapRankings, Ranking, Remedy
from queries.rankings.order import gaps
from queries.rankings.three import gap_rankings

__all__ = ["Gap", "GapQuestion", "GapRankings", "Ranking", "Remedy", "gap_rankings", "gaps"]
