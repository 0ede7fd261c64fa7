"""Code that is the same in every application, made once per run.

Each test makes an application of its own, with a Jinja environment of its own and 130 routes, and would parse the same
templates and addresses again: half of what the tests of pages took. What Jinja makes of a text depends on nothing but
the text and the environment's options, and what Werkzeug makes of an address on nothing but the address, so the code
is kept under those. The same goes for SQL: SQLAlchemy keeps what it has compiled for as long as an engine lives, which
is as long as the service in production and as long as one test here.
"""

from collections.abc import Callable, Hashable
from typing import Any

from jinja2 import Environment
from sqlalchemy import ClauseElement, Dialect
from sqlalchemy.util import LRUCache
from werkzeug.routing import Rule

_STATEMENTS = 3000


def routes_compiled_once(compile_builder: Callable[[Rule, bool], Any]) -> Callable[[Rule, bool], Any]:
    """``Rule._compile_builder`` that remembers; a route with defaults is left to make its own."""
    made: dict[Hashable, Any] = {}

    def compile_or_remember(rule: Rule, append_unknown: bool = True) -> Any:
        if rule.defaults:
            return compile_builder(rule, append_unknown)
        key = (rule.rule, tuple(rule._trace), append_unknown)
        if key not in made:
            made[key] = compile_builder(rule, append_unknown)
        return made[key]

    return compile_or_remember


def statements_compiled_once(compile_statement: Callable[..., Any]) -> Callable[..., Any]:
    """``ClauseElement._compile_w_cache`` with one cache for all engines whose dialects are alike."""
    made: LRUCache[Any, Any] = LRUCache(_STATEMENTS)
    dialects: dict[Hashable, Dialect] = {}

    def compile_or_remember(statement: ClauseElement, dialect: Dialect, *, compiled_cache: Any, **more: Any) -> Any:
        alike = (type(dialect), dialect.paramstyle, dialect.server_version_info, dialect.max_identifier_length)
        return compile_statement(
            statement,
            dialects.setdefault(alike, dialect),
            compiled_cache=compiled_cache if compiled_cache is None else made,
            **more,
        )

    return compile_or_remember


def templates_compiled_once(compile_template: Callable[..., Any]) -> Callable[..., Any]:
    """``Environment.compile`` that remembers."""
    made: dict[Hashable, Any] = {}

    def compile_or_remember(
        environment: Environment, source: Any, name: str | None = None, filename: str | None = None, **more: Any
    ) -> Any:
        if more or not isinstance(source, str):
            return compile_template(environment, source, name, filename, **more)
        key = (source, name, filename, *_options(environment, name))
        if key not in made:
            made[key] = compile_template(environment, source, name, filename)
        return made[key]

    return compile_or_remember


def _options(environment: Environment, name: str | None) -> tuple[Any, ...]:
    """Everything of an environment that the code of a template depends on."""
    escaped = environment.autoescape
    return (
        type(environment),
        environment.code_generator_class,
        escaped(name) if callable(escaped) else escaped,
        environment.is_async,
        environment.optimized,
        environment.finalize,
        environment.undefined,
        environment.trim_blocks,
        environment.lstrip_blocks,
        environment.keep_trailing_newline,
        environment.newline_sequence,
        environment.line_statement_prefix,
        environment.line_comment_prefix,
        environment.block_start_string,
        environment.variable_start_string,
        environment.comment_start_string,
        tuple(environment.extensions),
        frozenset(environment.filters.items()),
        frozenset(environment.tests.items()),
    )
