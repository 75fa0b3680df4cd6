#!/bin/sh
# Sends traces with Zipkin's own Java tracer, Brave, and its reporter to a Clew on the default ports: JSON of both versions
# and protobuf, over two senders. Needs a JDK from 17 on and Maven; what is built stays in target/, which git ignores.
set -eu
cd "$(dirname "$0")"
exec mvn --quiet --batch-mode compile exec:java -Dexec.mainClass=Send
