# Clew in a container. It is reached from outside, so it binds to every address and, unless keys are configured, makes one
# on the first start, keeps it in /data and prints it (CLEW_INSECURE=1 is the only way without).
#   docker build -t clew . && docker run -p 2539:2539 -p 4317:4317 -p 4318:4318 -v clew-data:/data clew
FROM node:20-bookworm-slim AS build
WORKDIR /clew
COPY . .
RUN npm ci --no-audit --no-fund && npm run build && npm prune --omit=dev --no-audit --no-fund \
  && mkdir -p /data

FROM node:20-bookworm-slim
ENV NODE_ENV=production \
  MALLOC_ARENA_MAX=2 \
  MALLOC_MMAP_THRESHOLD_=131072 \
  CLEW_DATA_DIR=/data \
  CLEW_HTTP_HOST=:: \
  CLEW_FIRST_KEY=true
WORKDIR /clew
COPY --from=build --chown=node:node /clew /clew
COPY --from=build --chown=node:node /data /data
USER node
VOLUME /data
# The doors of config/doors.ts, in its order.
EXPOSE 2539 4318 4317 8443 9411 14268 14250 6831/udp 6832/udp 16686 16685 5778 5779
HEALTHCHECK --interval=15s --timeout=3s --start-period=10s CMD ["node", "-e", "fetch('http://localhost:2539/healthz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# No npm in between: it would not pass SIGTERM on.
CMD ["node", "--max-semi-space-size=32", "--no-parallel-scavenge", "packages/server/bin/clew.cjs", "start"]
