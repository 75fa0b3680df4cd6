#!/bin/sh
# Sends a trace with the Python SDK to a Clew on the default ports. Installs the SDK into a virtual environment beside this
# file, which git ignores.
set -eu
cd "$(dirname "$0")"
if [ ! -d .venv ]; then
  python3 -m venv .venv
  .venv/bin/pip install --quiet opentelemetry-sdk opentelemetry-exporter-otlp
fi
exec .venv/bin/python send.py
