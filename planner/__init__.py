"""planner: a plain-text calendar and ritual planner."""

__version__ = "0.1.0"
