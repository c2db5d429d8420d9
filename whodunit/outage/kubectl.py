"""A program of the stack on Kubernetes, stopped and started in the words that an outage has for Compose.

`python -m whodunit.outage.kubectl NAMESPACE` is a command for `WHODUNIT_COMPOSE`; it takes `stop PROGRAM`,
`start PROGRAM` and `up … PROGRAM`. It asks kubectl, so it may do what its user may. What a program was before stands in
annotations of its own, by which also another process brings it back.
"""

import json
import os
import sys
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from whodunit.errors import LabError
from whodunit.shell import Shell, run

Json = dict[str, Any]

REPLICAS, SETTINGS = "whodunit/replicas", "whodunit/settings"
WITHIN = "--timeout=25s"
"""An outage waits 30 s for each command."""


class Workload:
    """A Deployment or a StatefulSet, and what was changed of it; every method raises LabError."""

    def __init__(self, shell: Shell, namespace: str, program: str) -> None:
        self._shell = shell
        self._namespace = namespace
        self._program = program

    def stop(self) -> None:
        """Take all of its pods away; returns when they are gone."""
        found = self._found()
        if replicas := found["spec"].get("replicas", 1):
            self._annotate(found, f"{REPLICAS}={replicas}")
        self._ask("scale", _name(found), "--replicas=0")
        self._ask("wait", "--for=delete", "pod", f"--selector=app.kubernetes.io/name={self._program}", WITHIN)

    def start(self) -> None:
        """Have as many pods as before; returns when they are ready."""
        found = self._found()
        replicas = _annotations(found).get(REPLICAS) or found["spec"].get("replicas") or 1
        self._ask("scale", _name(found), f"--replicas={replicas}")
        self._ask("rollout", "status", _name(found), WITHIN)

    def up(self, variables: Mapping[str, str]) -> None:
        """Have it run with those of its own variables that have another value here, or else as before."""
        found = self._found()
        [container, *_] = found["spec"]["template"]["spec"]["containers"]
        own = {each["name"]: each["value"] for each in container.get("env", ()) if "value" in each}
        former = json.loads(_annotations(found).get(SETTINGS, "{}"))
        wanted = {name: variables[name] for name, value in own.items() if variables.get(name, value) != value}
        if wanted:
            self._annotate(found, f"{SETTINGS}={json.dumps({name: own[name] for name in wanted} | former)}")
        if settings := wanted or former:
            self._ask("set", "env", _name(found), *(f"{name}={value}" for name, value in settings.items()))
        if former and not wanted:
            self._annotate(found, f"{SETTINGS}-")
        self._ask("rollout", "status", _name(found), WITHIN)

    def _found(self) -> Json:
        named = f"--field-selector=metadata.name={self._program}"
        items = json.loads(self._ask("get", "deployment,statefulset", named, "--output=json"))["items"]
        if not items:
            raise LabError(
                f"There is no program {self._program} in the namespace {self._namespace}.",
                f"What there is: kubectl --namespace {self._namespace} get deployments,statefulsets",
            )
        return dict(items[0])

    def _annotate(self, found: Json, annotation: str) -> None:
        self._ask("annotate", "--overwrite", _name(found), annotation)

    def _ask(self, *words: str) -> str:
        ran = self._shell(["kubectl", f"--namespace={self._namespace}", *words], 30.0)
        if not ran.ok:
            raise LabError(
                f"kubectl {' '.join(words)}: {ran.last_words}",
                f"What you may do there: kubectl --namespace {self._namespace} auth can-i --list",
            )
        return ran.out


def _name(found: Json) -> str:
    return f"{found['kind'].lower()}/{found['metadata']['name']}"


def _annotations(found: Json) -> Mapping[str, str]:
    return dict(found["metadata"].get("annotations") or {})


def main() -> None:
    """Entry point."""
    match sys.argv[1:]:
        case [namespace, "stop" | "start" | "up" as verb, *_, program]:
            workload = Workload(run, namespace, program)
            does: Mapping[str, Callable[[], None]] = {
                "stop": workload.stop,
                "start": workload.start,
                "up": partial(workload.up, os.environ),
            }
        case _:
            sys.exit("Usage: python -m whodunit.outage.kubectl NAMESPACE stop|start|up PROGRAM")
    try:
        does[verb]()
    except LabError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
