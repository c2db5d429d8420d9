"""Prompts: how to investigate, and how to write down what was found."""

from mcp.server import MCPServer

INVESTIGATE = """\
Find out what is wrong with the shop{complaint}, by its telemetry alone.

1. incident: the complaint, the clock, the words of an answer. A hint costs points.
2. overview of the last minutes: who fails, who is slow, who is silent, which alerts fire. A service that is slow may
   only wait for another: follow edges down to the last one that is slow or fails by itself.
3. When did it begin? query_metric of what the complaint is about, then compare and log_patterns of a window before
   and one after that moment. Without health before it, compare operations with each other.
4. search_traces (status=error, or min_duration) and get_trace: on the critical path, the span with the most self
   time. Is that time work, a wait for a connection, a lock, or somebody else's answer?
5. For each cause that could look so, name one observation that would rule it out, and make it: pools
   (db.client.connection.*), event loop (shop.event_loop.lag), processor and memory, releases, statements, flags, INFO
   lines of deployments.
6. Nothing may be wrong. Say so if the shop keeps its objectives and nothing changed.
7. One mitigation that should help if you are right, and nothing otherwise; look whether the symptoms end.
8. submit, with evidence that only this cause explains: numbers that the other causes would not show.

Say for each conclusion which evidence_id shows it, and what you did not look at.
"""

REPORT = """\
Write an incident report of what this session found, for people who were not there. Use only what tools answered;
behind each claim stands its evidence_id in brackets, and what no answer shows is marked as unknown.

Summary in two sentences · impact in numbers (orders, errors, minutes) · timeline in UTC, from the first deviation to
the last · detection: first deviation, alert, complaint, and how long each took · propagation along caller and callee
only · cause, marked proven, consistent or unknown, with what was ruled out and by what · mitigation, and whether the
symptoms ended · what to do now, soon, later · open questions. Leave lessons and owners blank: they are people's.
"""


def add(server: MCPServer) -> None:
    """Add the prompts to a server."""

    @server.prompt(description="Investigate an incident from the complaint to the answer")
    def investigate(complaint: str = "") -> str:
        return INVESTIGATE.format(complaint=f" ({complaint})" if complaint else "")

    @server.prompt(description="Write an incident report that cites its evidence")
    def write_report() -> str:
        return REPORT
