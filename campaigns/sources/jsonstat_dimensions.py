"""The dimensions of a JSON-stat dataset: categories in order, roles, units, and every check on them.

Names of reasons are those of json-stat.org's own validator.
"""

from typing import Any

from campaigns.sources.json_text import plain_text
from campaigns.sources.refusal import PayloadRefused
from campaigns.sources.table import Category, Dimension, Role
from campaigns.sources.time_dimension import with_time

_IN_DIMENSION_OF_OLD = frozenset({"id", "size", "role"})


def read_dimensions(
    dataset: dict[str, Any], ids: list[str], sizes: list[int], *, time_dimension: str | None
) -> tuple[tuple[Dimension, ...], list[str]]:
    """The dimensions in the order of ``ids``, and what was odd but harmless."""
    described = dataset.get("dimension")
    if not isinstance(described, dict):
        raise PayloadRefused("DIMENSION_MISSING", "datasettet beskriver ingen dimensjoner.")
    keys = set(described) - (set() if "id" in dataset else _IN_DIMENSION_OF_OLD)
    if keys != set(ids):
        raise PayloadRefused(
            "DIM_KEY_ID_MISMATCH", f"dimensjonene {_listed(keys)} er ikke de som står i id: {_listed(set(ids))}."
        )
    roles = _roles(dataset, ids)
    warnings: list[str] = []
    found = []
    for name, size in zip(ids, sizes, strict=True):
        categories = _categories(name, described[name], size)
        role = roles.get(name)
        if role is Role.METRIC and not all(category.unit for category in categories):
            warnings.append(f"METRIC_UNIT_MISSING: «{name}» sier ikke hvilken enhet tallene er i.")
        label = described[name].get("label")
        found.append(Dimension(name, plain_text(label, f"{name}.label") if label else name, role, categories))
    return with_time(found, time_dimension, warnings), warnings


def _roles(dataset: dict[str, Any], ids: list[str]) -> dict[str, Role]:
    given = dataset.get("role")
    if given is None:
        dimension = dataset.get("dimension")
        given = dimension.get("role") if isinstance(dimension, dict) and "id" not in dataset else None
    found: dict[str, Role] = {}
    for role in Role:
        members = given.get(role.value) if isinstance(given, dict) else None
        for member in members if isinstance(members, list) else [members] if members else ():
            if member not in ids:
                raise PayloadRefused("ROLE_ID_UNKNOWN", f"rollen {role.value} peker på «{member}», som ikke finnes.")
            found[member] = role
    return found


def _categories(name: str, dimension: Any, size: int) -> tuple[Category, ...]:
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        raise PayloadRefused("CATEGORY_MISSING", f"dimensjonen «{name}» har ingen kategorier.")
    labels = _mapping(category.get("label"), f"{name}.label")
    codes = _codes(name, category.get("index"), labels, size)
    units = _mapping(category.get("unit"), f"{name}.unit")
    for key, reason in (
        ("label", "LABEL_KEY_UNKNOWN"),
        ("unit", "UNIT_KEY_UNKNOWN"),
        ("note", "NOTE_KEY_UNKNOWN"),
        ("coordinates", "COORD_KEY_UNKNOWN"),
    ):
        for code in _mapping(category.get(key), f"{name}.{key}"):
            if code not in codes:
                raise PayloadRefused(reason, f"«{name}» har {key} for koden «{code}», som ikke finnes der.")
    _check_children(name, _mapping(category.get("child"), f"{name}.child"), set(codes))
    base_periods = _extension(dimension, "basePeriod")
    return tuple(
        Category(
            code,
            plain_text(labels[code], f"{name}.label") if labels.get(code) else code,
            _unit(units.get(code), base_periods.get(code)),
        )
        for code in codes
    )


def _codes(name: str, index: Any, labels: dict[str, Any], size: int) -> list[str]:
    if index is None:
        if size != 1:
            raise PayloadRefused("INDEX_MISSING", f"«{name}» har {size} kategorier, men ingen rekkefølge.")
        if len(labels) > 1:
            raise PayloadRefused("INDEX_COUNT_MISMATCH", f"«{name}» skal ha én kategori, men har {len(labels)}.")
        return [next(iter(labels), name)]
    if not isinstance(index, dict | list):
        raise PayloadRefused("INDEX_INVALID", f"rekkefølgen i «{name}» er verken liste eller objekt.")
    if len(index) != size:
        raise PayloadRefused("INDEX_COUNT_MISMATCH", f"«{name}» skal ha {size} kategorier, men har {len(index)}.")
    if isinstance(index, dict):
        if sorted(map(repr, index.values())) != sorted(map(repr, range(size))):
            raise PayloadRefused("INDEX_POSITIONS_INVALID", f"plassene i «{name}» er ikke 0 til {size - 1}.")
        codes = sorted(index, key=lambda code: int(index[code]))
    else:
        codes = index
    codes = [plain_text(code, f"en kode i «{name}»") for code in codes]
    if len(set(codes)) != len(codes):
        raise PayloadRefused("INDEX_DUPLICATE_CODE", f"en kode står to ganger i «{name}».")
    return codes


def _check_children(name: str, child: dict[str, Any], codes: set[str]) -> None:
    below = {parent: members if isinstance(members, list) else [members] for parent, members in child.items()}
    for parent, members in below.items():
        for member in [parent, *members]:
            if not isinstance(member, str) or member not in codes:
                raise PayloadRefused("CHILD_ID_UNKNOWN", f"hierarkiet i «{name}» viser til en ukjent kode, «{member}».")
    done: set[str] = set()
    for top in below:
        path: list[tuple[str, int]] = [(top, 0)]
        while path:
            parent, position = path[-1]
            members = below.get(parent, [])
            if parent in done or position == len(members):
                done.add(parent)
                path.pop()
                continue
            path[-1] = (parent, position + 1)
            if any(members[position] == above for above, _ in path):
                raise PayloadRefused("CHILD_CYCLE", f"hierarkiet i «{name}» går i ring ved «{members[position]}».")
            path.append((members[position], 0))


def _unit(unit: Any, base_period: Any) -> str:
    """What the figures are counted in, in the source's words: two units are the same when this is."""
    if not isinstance(unit, dict):
        return ""
    words = [unit.get("base") or unit.get("label") or unit.get("unit") or unit.get("symbol")]
    words += [unit.get("type"), unit.get("multiplier"), base_period]
    return plain_text(" · ".join(str(word) for word in words if word not in (None, "")), "en enhet")


def _extension(dimension: dict[str, Any], key: str) -> dict[str, Any]:
    extension = dimension.get("extension")
    found = extension.get(key) if isinstance(extension, dict) else None
    return found if isinstance(found, dict) else {}


def _mapping(value: Any, what: str) -> dict[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise PayloadRefused("OBJECT_EXPECTED", f"{what} er ikke et objekt.")
    return value


def _listed(names: set[str]) -> str:
    return ", ".join(f"«{name}»" for name in sorted(names)) or "ingen"
