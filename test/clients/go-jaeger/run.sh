#!/bin/sh
# Sends a trace through github.com/uber/jaeger-client-go and looks whether it has arrived.
set -e
cd "$(dirname "$0")"
go run .
