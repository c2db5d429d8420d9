"""The text is what Kubernetes' reader takes it for; what nobody has described is said with the place to do so."""

from dataclasses import replace

import pytest
from ruamel.yaml import YAML

from manifests.containers import container
from manifests.description import Json, NotDescribedError, programs
from manifests.pods import Pod, template
from manifests.render import text

WORDS = (
    "yes",
    "on",
    "n",
    "null",
    "~",
    "",
    "012",
    "0o17",
    "1_000",
    "1:30",
    "1e3",
    " x",
    "a: b",
    "- a",
    "$(NAME)",
    "/a/b",
    "a",
)


def test_words_stay_words_for_a_reader_of_yaml_1_1() -> None:
    reader = YAML(typ="safe", pure=True)
    reader.version = (1, 1)
    assert reader.load(text({"words": list(WORDS)})) == {"words": list(WORDS)}


def test_what_occurs_twice_is_written_twice() -> None:
    twice: Json = {"name": "a"}
    assert "&" not in text({"one": twice, "two": twice})


def test_a_program_that_cannot_be_asked_is_named_with_the_place_to_say_how() -> None:
    unknown = replace(programs()["payment"], name="cache", check=None)
    with pytest.raises(NotDescribedError, match=r"cache has no healthcheck.* CHECKS in manifests/beyond\.py"):
        container(unknown, (), "deployment", "cache")


def test_a_pod_whose_containers_are_two_users_is_refused() -> None:
    order, backup = programs()["order"], replace(programs()["order-backup"], user="1:1")
    with pytest.raises(NotDescribedError, match=r"order needs one user.* USERS in manifests/beyond\.py"):
        template(Pod((order, backup)))
