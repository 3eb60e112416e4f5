"""The base of everything that crosses a boundary: files, sandboxes, reports."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, JsonValue
from pydantic_core import CoreSchema, core_schema

__all__ = ["Json", "Model"]


class Model(BaseModel):
    """A frozen record: unknown keys, NaN and infinity are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True)


class _FromAnywhere:
    """Looks at each part of a value that comes from Python; out of a parser of JSON there comes nothing but JSON.

    That look is a call of Python for each part, and a quarter of the time that reading a student's observations takes.
    """

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.json_or_python_schema(core_schema.any_schema(), handler(source))


Json = Annotated[JsonValue, _FromAnywhere()]
"""Any value of JSON."""
