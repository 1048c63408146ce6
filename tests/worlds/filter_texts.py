"""Random filters: trees, texts of MLflow's grammar and mutations of them, and what MLflow reads."""

from __future__ import annotations

from hypothesis import strategies as st
from mlflow.exceptions import MlflowException  # noqa: TID251
from mlflow.utils.search_utils import SearchExperimentsUtils, SearchUtils  # noqa: TID251

from venturi.filters.subjects import Subject
from venturi.filters.tree import And, Comparison, Entity, Node, Not, Op, Or

KEYS = ("loss", "val/acc", "a b", "a.b-c_d", "LOSS", "in", "5", "précision", "it's", 'say "x"', "")
TEXTS = (
    "vit", "VIT", "vit-b/16", "a%", "%16", "_it", "a_b", "", " ", "o'brien", 'say "hi"', "C:\\new",
    "é", "É", "x\ny", "AND", "--", "# x", "/* */", "$a$", "%s", ";", "(", "0.1", "\\'", "''",
)  # fmt: skip
NUMBERS = (0.0, 1.0, -1.5, 0.1, 1e16, 1e-07, 1.5e300, -2.5e-9, 5e-324, 123456789.25)
TIMES = (0, -5, 1_700_000_000_000, 1_700_000_000_000.5, 1e12, 2**63 - 1)
PREFIXES = {
    Subject.RUNS: {
        Entity.METRIC: ("metric", "metrics", "`metrics`"),
        Entity.PARAM: ("param", "params", "parameter", "parameters"),
        Entity.TAG: ("tag", "tags"),
        Entity.ATTRIBUTE: ("attribute", "attributes", "attr", "run"),
        Entity.DATASET: ("dataset", "datasets"),
    },
    Subject.EXPERIMENTS: {Entity.TAG: ("tag", "tags"), Entity.ATTRIBUTE: ("attribute",)},
}
RUN_TEXTS = ("run_id", "run_name", "user_id", "status", "artifact_uri")
ALIASES = {"start_time": ("created", "Created"), "run_name": ("`Run name`", '"run name"')}
ORDERED = (Op.EQ, Op.NE, Op.LT, Op.LE, Op.GT, Op.GE)
WORDS = (Op.EQ, Op.NE, Op.LIKE, Op.ILIKE)
LISTS = (Op.IN, Op.NOT_IN)
NULLS = (Op.IS_NULL, Op.IS_NOT_NULL)
REGEX = (Op.MATCHES, Op.NOT_MATCHES)
PATTERNS = ("vit", "^v.t$", "[0-9]+", "(?i)VIT", "", "a|é", "\\d\\.")


def _values(op: Op, texts: st.SearchStrategy[str]) -> st.SearchStrategy[object]:
    if op in LISTS:
        return st.lists(texts, min_size=1, max_size=3).map(tuple)
    if op in NULLS:
        return st.none()
    return st.sampled_from(PATTERNS) if op in REGEX else texts


@st.composite
def comparisons(
    draw: st.DrawFn,
    subject: Subject = Subject.RUNS,
    *,
    keys: tuple[str, ...] = KEYS,
    texts: st.SearchStrategy[str] | None = None,
    numbers: tuple[float, ...] = NUMBERS,
    times: tuple[float, ...] = TIMES,
    beyond_mlflow: bool = False,
) -> Comparison:
    """One comparison, by default one that MLflow's grammar knows."""
    texts = st.sampled_from(TEXTS) if texts is None else texts
    entity = draw(st.sampled_from(sorted(PREFIXES[subject])))
    extra = (*LISTS, *REGEX) if beyond_mlflow else ()
    if entity is Entity.METRIC:
        value = draw(st.sampled_from(numbers))
        return Comparison(
            entity, draw(st.sampled_from(keys)), draw(st.sampled_from(ORDERED)), value
        )
    if entity is Entity.ATTRIBUTE:
        return draw(_attributes(subject, texts, times, extra))
    if entity is Entity.DATASET:
        key = draw(st.sampled_from(("name", "digest", "context")))
        op = draw(st.sampled_from((*WORDS, *LISTS, *extra)))
    else:
        key = draw(st.sampled_from(keys))
        op = draw(st.sampled_from((*WORDS, *NULLS, *extra)))
    return Comparison(entity, key, op, draw(_values(op, texts)))


@st.composite
def _attributes(
    draw: st.DrawFn,
    subject: Subject,
    texts: st.SearchStrategy[str],
    times: tuple[float, ...],
    extra: tuple[Op, ...],
) -> Comparison:
    entity = Entity.ATTRIBUTE
    if subject is Subject.EXPERIMENTS:
        key = draw(st.sampled_from(("name", "experiment_id", "creation_time", "last_update_time")))
        times = tuple(time for time in times if isinstance(time, int))
    else:
        key = draw(st.sampled_from((*RUN_TEXTS, "start_time", "end_time")))
    if key.endswith("_time"):
        return Comparison(entity, key, draw(st.sampled_from(ORDERED)), draw(st.sampled_from(times)))
    if key == "experiment_id":
        op = draw(st.sampled_from((Op.EQ, Op.NE, *LISTS)))
        return Comparison(entity, key, op, draw(_values(op, st.sampled_from("01234"))))
    op = draw(st.sampled_from((*WORDS, *(LISTS if key == "run_id" else ()), *extra)))
    return Comparison(entity, key, op, draw(_values(op, texts)))


def trees(leaves: st.SearchStrategy[Comparison], max_leaves: int = 8) -> st.SearchStrategy[Node]:
    """Trees as the parser makes them: nothing doubly negated, no And in an And."""

    def grow(children: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
        several = st.lists(children, min_size=2, max_size=3)
        return st.one_of(
            several.map(lambda terms: And(_flat(And, terms))),
            several.map(lambda terms: Or(_flat(Or, terms))),
            children.map(lambda term: term.term if isinstance(term, Not) else Not(term)),
        )

    return st.recursive(leaves, grow, max_leaves=max_leaves)


def _flat(kind: type[And | Or], terms: list[Node]) -> tuple[Node, ...]:
    found: list[Node] = []
    for term in terms:
        found.extend(term.terms if isinstance(term, kind) else (term,))
    return tuple(found)


def conjunctions(leaves: st.SearchStrategy[Comparison]) -> st.SearchStrategy[Node]:
    """One comparison, or an AND of some."""
    several = st.lists(leaves, min_size=2, max_size=4).map(lambda terms: And(tuple(terms)))
    return st.one_of(leaves, several)


def tree_text(node: Node) -> str:
    """A tree in Venturi's grammar, with a parenthesis wherever one may stand."""
    if isinstance(node, Comparison):
        return clause_text(node)
    if isinstance(node, Not):
        return f"NOT ({tree_text(node.term)})"
    joint = " AND " if isinstance(node, And) else " OR "
    return joint.join(f"({tree_text(term)})" for term in node.terms)


def clause_text(node: Comparison) -> str:
    """A comparison in Venturi's grammar. Fails for texts with both kinds of quotes."""
    names = {Entity.ATTRIBUTE: "attr", Entity.PARAM: "params"}
    key = f'"{node.key}"' if "`" in node.key else f"`{node.key}`"
    left = f"{names.get(node.entity, node.entity.value)}.{key} {node.op.value}"
    if node.op in NULLS:
        return left
    if isinstance(node.value, tuple):
        as_python = node.entity is Entity.DATASET or node.key in ("run_id", "experiment_id")
        return f"{left} ({', '.join(map(repr if as_python else _quoted, node.value))})"
    return f"{left} {_quoted(node.value) if isinstance(node.value, str) else repr(node.value)}"


def _quoted(text: str) -> str:
    quote = '"' if "'" in text else "'"
    assert quote not in text
    return f"{quote}{text}{quote}"


@st.composite
def mlflow_texts(draw: st.DrawFn, subject: Subject = Subject.RUNS) -> str:
    """A filter of MLflow's grammar in one of the many ways to write it."""
    space = st.sampled_from((" ", "  ", "\n", "\t", " \r\n"))
    gap = st.sampled_from(("", " ", " ", "\n"))
    clauses = draw(st.lists(comparisons(subject), min_size=1, max_size=3))
    joint = draw(st.sampled_from(("AND", "and", "And", "and and", "")))
    pieces: list[str] = []
    for clause in clauses:
        pieces += [_spelling(draw, clause, subject, space, gap), draw(space), joint, draw(space)]
    return draw(gap) + "".join(pieces[: draw(st.sampled_from((-3, None)))])


def _spelling(
    draw: st.DrawFn,
    node: Comparison,
    subject: Subject,
    space: st.SearchStrategy[str],
    gap: st.SearchStrategy[str],
) -> str:
    left = _field_spelling(draw, node, subject)
    op = draw(st.sampled_from((node.op.value, node.op.value.lower())))
    if node.op in NULLS:
        return f"{left}{draw(space)}{op}"
    around = gap if node.op in ORDERED else space
    return f"{left}{draw(around)}{op}{draw(around)}{_value_spelling(draw, node, gap)}"


def _field_spelling(draw: st.DrawFn, node: Comparison, subject: Subject) -> str:
    quoted = draw(st.sampled_from(("{}", "`{}`", '"{}"', "'{}'"))).format(node.key)
    prefix = draw(st.sampled_from(PREFIXES[subject][node.entity]))
    if node.entity is Entity.ATTRIBUTE and draw(st.booleans()):
        return draw(st.sampled_from((node.key, f"`{node.key}`", *ALIASES.get(node.key, ()))))
    return f"{prefix}.{quoted}"


def _value_spelling(draw: st.DrawFn, node: Comparison, gap: st.SearchStrategy[str]) -> str:
    if isinstance(node.value, tuple):
        items = [_text_spelling(draw, item) for item in node.value]
        comma = f"{draw(gap)},{draw(gap)}"
        return f"({draw(gap)}{comma.join(items)}{draw(st.sampled_from(('', ',', ' ')))})"
    if isinstance(node.value, str):
        return _text_spelling(draw, node.value)
    forms = (repr(node.value), f"{node.value:e}", f"{node.value:.3f}", f"{node.value:.0f}")
    return draw(st.sampled_from(forms))


def _text_spelling(draw: st.DrawFn, text: str) -> str:
    quote = draw(st.sampled_from("'\""))
    return f"{quote}{text}{quote}"


FRAGMENTS = (
    " ", "'", '"', "`", ".", ",", "(", ")", "=", "!=", ">", "<", "!", "~", "-", "+", "/", "\\", ";",
    "AND", " and ", "OR", "NOT ", "IS NULL", " in ", "LIKE", "metrics.", "params", "tags.a", "'x'",
    '"y"', "1", "1e5", ".5", "-2", "desc", "as", "#", "--", "/*", "*/", "$", "$a$", "::", "[", "]",
    "?", "%s", ":", "@", "case", "end", "null", "not null", "('a')", "('a','b')", "\n", "é", "0x1f",
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn, texts: st.SearchStrategy[str]) -> str:
    """A text with a few pieces taken out, put in or doubled."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = min(len(text), start + draw(st.integers(0, 4)))
        middle = draw(
            st.one_of(st.just(""), st.sampled_from(FRAGMENTS), st.just(text[start:end] * 2))
        )
        text = text[:start] + middle + text[end:]
    return text


def mlflow_reads(text: str, subject: Subject = Subject.RUNS) -> list[Comparison] | None:
    """The clauses that MLflow's client and SQL store read from a filter; None when refused."""
    parser = SearchExperimentsUtils if subject is Subject.EXPERIMENTS else SearchUtils
    try:
        parsed = parser.parse_search_filter(text)
        return [_comparison(parser, clause) for clause in parsed]
    except (MlflowException, ValueError, KeyError):
        return None


def _comparison(parser: type[SearchUtils], clause: dict[str, object]) -> Comparison:
    """A clause as a Comparison, if the SQL store takes its operator and value."""
    entity, op = Entity(clause["type"]), Op(str(clause["comparator"]).upper())
    key, value = SearchUtils.translate_key_alias(clause["key"]), clause["value"]
    if parser is SearchExperimentsUtils:
        key = clause["key"]
        if entity is Entity.TAG:
            parser.is_tag(entity.value, op.value)
        elif key in ("name", "experiment_id"):
            parser.is_string_attribute(entity.value, key, op.value)
        else:
            parser.is_numeric_attribute(entity.value, key, op.value)
        if isinstance(value, float):
            raise ValueError("no fractions")
        if key == "experiment_id" and op not in (Op.EQ, Op.NE, *LISTS):
            raise ValueError(op)
    elif entity is Entity.METRIC:
        parser.is_metric(entity.value, op.value)
        value = float(str(value))
    elif entity is Entity.PARAM:
        parser.is_param(entity.value, op.value)
    elif entity is Entity.TAG:
        parser.is_tag(entity.value, op.value)
    elif entity is Entity.DATASET:
        parser.is_dataset(entity.value, op.value)
    else:
        parser.is_attribute(entity.value, key, op.value)
    if isinstance(value, tuple) != (op in LISTS):
        raise ValueError("no database compares with a list")
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        raise ValueError("no database has such an integer")
    return Comparison(entity, key, op, value)
