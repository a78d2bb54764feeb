"""The API under fire: every operation, requests that are right, wrong, at the bounds and random, on both databases.

Each operation starts from the same busy depot, and the run is seeded: what fails fails again, also alone, with
``-k "postgresql and hand-over"``. DEPOT_FUZZ_EXAMPLES makes it longer.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from busy import Pools, feed, furnish, tokens_of
from databases import NOW, Database, PostgresDatabase, settings_for
from openapi import operations, read_document
from schemathesis import Case
from schemathesis.checks import CheckContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.engine import events, from_schema
from schemathesis.hooks import HookContext
from schemathesis.openapi import OpenApiSchema

EXAMPLES = int(os.environ.get("DEPOT_FUZZ_EXAMPLES", "5"))
REFUSALS = ["400", "401", "403", "404", "405", "406", "409", "412", "415", "422"]
