"""What words name in a registry, and what is said of those that name nothing."""

from __future__ import annotations

import pytest

from venturi.errors import NotFound, UsageError
from venturi.registry.naming import find_model, find_version, read_version_word


@pytest.mark.parametrize(
    ("word", "version"),
    [
        ("churn/3", 3),
        ("churn/03", 3),
        ("churn@champion", 2),
        ("churn/Production", 2),
        ("churn/pRODUCTION", 2),
        ("churn/none", 4),
        ("churn/latest", 4),
        ("churn/LATEST", 4),
        ("models:/churn/3", 3),
        ("models:/churn@champion", 2),
        ("models:/churn/staging", 3),
    ],
)
def test_names_a_version(registry, word, version):
    assert find_version(registry, word).full_name == f"churn/{version}"


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("churn", "'churn' names no model version", "NAME/VERSION"),
        ("churn/", "names no model version", "NAME/VERSION"),
        ("/3", "names no model version", "NAME/VERSION"),
        ("a/b/3", "names no model version", "NAME/VERSION"),
        ("@x", "names no model version", "NAME/VERSION"),
        ("churn/prod", "names no model version", "did you mean churn/Production"),
        ("churn/champion", "names no model version", "an alias is written churn@champion"),
        ("models:/m-0123abcd", "is a logged model", "NAME/VERSION"),
    ],
)
def test_refuses_words_that_have_no_form(word, message, hint):
    with pytest.raises(UsageError, match=message) as error:
        read_version_word(word)
    assert hint in error.value.hint


@pytest.mark.parametrize(
    ("word", "message", "hint"),
    [
        ("chrun/3", "no model 'chrun' in memory", "did you mean 'churn'"),
        ("zzz/3", "no model 'zzz' in memory", "models list"),
        ("churn/9", "no version churn/9 in memory", "there are 4, 3, 2, 1"),
        ("empty/1", "no version empty/1", "it has no version"),
        ("empty/latest", "no version empty/latest", "it has no version"),
        ("churn@champoin", "has no alias 'champoin'", "there are champion"),
        ("empty@x", "has no alias 'x'", "it has no alias"),
        ("empty/Production", "no version of 'empty' is in Production", "it has no version"),
    ],
)
def test_says_what_there_is_instead(registry, word, message, hint):
    with pytest.raises(NotFound, match=message) as error:
        find_version(registry, word)
    assert hint in error.value.hint


def test_a_model_may_be_written_as_a_uri(registry):
    assert find_model(registry, "models:/churn") == find_model(registry, "churn")
