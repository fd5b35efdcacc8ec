"""An office's own Word file with named places: filled again each month, what the office wrote stays."""

from viz.report.template.fill import Edition, check_template, fill_template, read_template
from viz.report.template.sample import sample_template

__all__ = ["Edition", "check_template", "fill_template", "read_template", "sample_template"]
