"""All rules of failure in their order of precedence: the first that holds is the verdict.

What was done to a job comes before what it did itself (a time-out, a terminate and a lost host kill with 137 too),
and what AWS tells in words comes before exit codes, which mean what the program means by them.
"""

from batchtui.insight.failure_rule import Rule
from batchtui.insight.failure_rules_exit import EXIT_RULES, MEMORY_RULES, NODE_RULES
from batchtui.insight.failure_rules_image import IMAGE_RULES
from batchtui.insight.failure_rules_log import LOG_RULES
from batchtui.insight.failure_rules_prepare import PREPARE_RULES
from batchtui.insight.failure_rules_service import SERVICE_RULES
from batchtui.insight.failure_rules_start import LATE_START_RULES, START_RULES
from batchtui.insight.failure_rules_stop import STOP_RULES

FIELD_RULES: tuple[Rule, ...] = (
    *STOP_RULES,
    *SERVICE_RULES,
    *IMAGE_RULES,
    *PREPARE_RULES,
    *START_RULES,
    *MEMORY_RULES,
    *NODE_RULES,
    *LATE_START_RULES,
    *EXIT_RULES,
)
"""Rules over what AWS tells. At most one of them is a verdict, so that no two contradict each other."""

HINTS: tuple[Rule, ...] = LOG_RULES
"""Hints in the log, of which one may stand second."""

RULES: tuple[Rule, ...] = (*FIELD_RULES, *HINTS)
