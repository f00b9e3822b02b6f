"""``stemning plan``: its verbs, and what each takes."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence

from hub.asking import Asking, add_hub_argument
from hub.plan_command import arguments as takes
from hub.plan_command.day import tell_day
from hub.plan_command.documents import put, show
from hub.plan_command.drafts import deploy, diff, discard, rebase, review
from hub.plan_command.rehearsal import rehearse
from hub.plan_command.versions import revert, tell_versions
from hub.plan_command.week import tell_week
from hub.plan_command.why import tell_why

_EPILOG = """\
examples:
  stemning plan entrance                         today in the entrance, and why
  stemning plan entrance --day tomorrow
  stemning plan why entrance tomorrow 09:00      who wants what then, and why the others lost
  stemning plan week nordic                      all zones, seven days

  stemning plan show nordic > week.yaml          the schedule; change the file, then
  stemning plan put nordic week.yaml             it is the draft
  stemning plan diff nordic                      what the draft would change
  stemning plan review nordic                    and what is wrong with it
  stemning plan rehearse nordic --draft          a day of it in 30 seconds, no lamp is touched
  stemning plan deploy nordic --why "late summer"
  stemning plan versions nordic
  stemning plan revert nordic 3                  back to what version 3 said

  Everything asks the running hub. A day of a zone reaches from yesterday to as many days ahead
  as the hub's horizon_days says (30). A zone that is called like a verb: stemning plan day why."""

_Act = Callable[[Asking, argparse.Namespace], None]
_Configure = Callable[[argparse.ArgumentParser], None]


class PlanCommand:
    """``stemning plan``."""

    name = "plan"
    summary = "What plays when and why; draft, review and deploy a week."

    def spelled_out(self, words: Sequence[str]) -> list[str]:
        """``plan entrance`` is short for ``plan day entrance``."""
        verbs = {verb for verb, *_ in _VERBS}
        short = bool(words) and words[0] not in {*verbs, "-h", "--help"}
        return ["day", *words] if short else list(words)

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the verbs."""
        parser.usage = "stemning plan (ZONE | VERB) …"
        parser.epilog = _EPILOG
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
        for verb, words, act, configure in _VERBS:
            each = verbs.add_parser(verb, help=words, description=words)
            each.set_defaults(act=act)
            configure(each)
            add_hub_argument(each)

    def run(self, arguments: argparse.Namespace) -> int:
        """Ask the hub, and tell."""
        act: _Act = arguments.act
        act(Asking(arguments.hub), arguments)
        return 0


_VERBS: tuple[tuple[str, str, _Act, _Configure], ...] = (
    ("day", "what plays in a zone on a day ('plan ZONE' for short)", tell_day, takes.day_arguments),
    ("why", "who wants what in a zone, and why the others lost", tell_why, takes.why_arguments),
    ("week", "seven days of all zones of a store", tell_week, takes.week_arguments),
    ("rehearse", "a day in 30 seconds; no lamp is touched", rehearse, takes.rehearse_arguments),
    ("show", "the schedule of a store as YAML", show, takes.show_arguments),
    ("put", "let the draft say what a file says", put, takes.put_arguments),
    ("diff", "what the draft would change, in words", diff, takes.diff_arguments),
    ("review", "mistakes, conflicts and gaps of the draft", review, takes.diff_arguments),
    ("rebase", "put the draft on what was deployed meanwhile", rebase, takes.rebase_arguments),
    ("deploy", "let the draft be the next version", deploy, takes.deploy_arguments),
    ("discard", "let the draft go", discard, takes.discard_arguments),
    ("versions", "who deployed what, when, why", tell_versions, takes.versions_arguments),
    ("revert", "deploy what an earlier version said", revert, takes.revert_arguments),
)

plan = PlanCommand()
