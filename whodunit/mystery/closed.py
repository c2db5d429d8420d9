"""Closed vocabularies: a word outside of them is a typing error, and is told with the words that there are."""

from dataclasses import dataclass

from whodunit.errors import WrongUseError
from whodunit.mystery.answer import words
from whodunit.strict_yaml.suggestion import meant


@dataclass(frozen=True)
class Words:
    """The words for one thing: `listed` are shown in the error, `others` are accepted too."""

    what: str
    listed: tuple[str, ...]
    others: tuple[str, ...] = ()

    def meant(self, said: str) -> str:
        """The word that `said` is but for case and punctuation; raises WrongUseError for any other."""
        known = {words(each): each for each in (*self.others, *self.listed)}
        if words(said) not in known:
            hint = f"{meant(words(said), known)}There are: {', '.join(self.listed)}"
            raise WrongUseError(f"There is no {self.what} {said!r}.", hint[:1].upper() + hint[1:])
        return known[words(said)]
