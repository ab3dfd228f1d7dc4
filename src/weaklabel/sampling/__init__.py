"""The queue: query strategies of active learning, one contract for all (`queue` would shadow the standard library)."""

from weaklabel.sampling.chance import draw
from weaklabel.sampling.interface import Evidence, Need, Scored, Strategy
from weaklabel.sampling.mixture import Mixture, Part, parse_mixture
from weaklabel.sampling.pooling import POOLS, Pool
from weaklabel.sampling.ranking import Entry, Ranking
from weaklabel.sampling.strategies import STRATEGIES

__all__ = [
    "POOLS",
    "STRATEGIES",
    "Entry",
    "Evidence",
    "Mixture",
    "Need",
    "Part",
    "Pool",
    "Ranking",
    "Scored",
    "Strategy",
    "draw",
    "parse_mixture",
]
