"""Jinja2 templates to text."""

from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined


def render(template: str, **values: object) -> str:
    """The text of compile/templates/<template>."""
    return _environment().get_template(template).render(**values)


@cache
def _environment() -> Environment:
    loader = PackageLoader("eeg2fpga.compile")
    return Environment(loader=loader, trim_blocks=True, lstrip_blocks=True, autoescape=False, undefined=StrictUndefined)
