"""What is wrong with a store, a server, a login or a config file, and the mend."""

from __future__ import annotations

from venturi.doctor.drivers import driver_findings
from venturi.doctor.finding import Finding, Health
from venturi.doctor.login import login_findings
from venturi.doctor.settings import context_finding, settings_findings
from venturi.doctor.store import store_findings

__all__ = [
    "Finding",
    "Health",
    "context_finding",
    "driver_findings",
    "login_findings",
    "settings_findings",
    "store_findings",
]
