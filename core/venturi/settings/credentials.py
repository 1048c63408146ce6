"""The name and password that MLflow keeps for tracking servers in ~/.mlflow/credentials."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from venturi.errors import ConfigError


def saved_login(environ: Mapping[str, str] | None = None) -> tuple[str, str]:
    """User name and password from MLflow's credentials file; empty where it has none.

    The file is an ini file with a section `[mlflow]` and the keys `mlflow_tracking_username` and
    `mlflow_tracking_password`, as MLflow's authentication documentation describes.

    Raises:
        ConfigError: The file is there and cannot be read.
    """
    environ = os.environ if environ is None else environ
    path = Path(environ.get("HOME") or "~").expanduser() / ".mlflow" / "credentials"
    if not path.is_file():
        return "", ""
    import configparser

    parser = configparser.ConfigParser()
    try:
        parser.read_string(path.read_text(encoding="utf-8"))
        name, password = (
            parser.get("mlflow", key, fallback="")
            for key in ("mlflow_tracking_username", "mlflow_tracking_password")
        )
    except configparser.InterpolationError:
        raise ConfigError(f"{path}: a lone % in a value", hint="write it as %%") from None
    except (configparser.Error, UnicodeDecodeError):  # whose words would show what is in the file
        raise ConfigError(f"{path} is not an ini file that MLflow can read") from None
    except OSError as error:
        raise ConfigError(f"cannot read {path}: {error.strerror}") from None
    return name, password
