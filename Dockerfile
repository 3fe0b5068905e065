# The gateway with its dashboard: `docker build -t boomgate .` in a checkout. How it is run: deploy/README.md.
#
# Node runs the TypeScript of the packages as it is, so that nothing but the dashboard is built. The version is the one that
# package.json pins for development; a digest in its place makes the base the same to the byte.
ARG NODE=node:24.21.0-bookworm-slim

FROM ${NODE} AS manifests
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
COPY packages/engine/package.json packages/engine/
COPY packages/functions/package.json packages/functions/
COPY packages/catalogue/package.json packages/catalogue/
COPY packages/contract/package.json packages/contract/
COPY packages/server/package.json packages/server/
COPY packages/cli/package.json packages/cli/
COPY packages/dashboard/package.json packages/dashboard/
COPY packages/comfyui-mcp/package.json packages/comfyui-mcp/

FROM manifests AS dashboard
RUN npm ci --ignore-scripts -w @boomgate/dashboard
COPY packages/engine packages/engine
COPY packages/functions packages/functions
COPY packages/catalogue packages/catalogue
COPY packages/contract packages/contract
COPY packages/dashboard packages/dashboard
RUN npm exec -w @boomgate/dashboard -- vite build --logLevel warn

# better-sqlite3 brings binaries for every platform and the sources of SQLite; the image needs the one that it runs.
FROM manifests AS packages
RUN npm ci --omit=dev --ignore-scripts -w boomgate \
  && rm -rf node_modules/better-sqlite3/deps node_modules/better-sqlite3/src node_modules/better-sqlite3/build \
  && find node_modules/better-sqlite3/prebuilds -name '*.node' \
    ! -name "$(node -p 'process.platform + "-" + process.arch').node" -delete

# The client of Redis is for those who have one, and npm leaves it out above. It comes from the lock file like the rest.
FROM manifests AS redis
RUN npm ci --ignore-scripts -w @boomgate/server

FROM ${NODE}
LABEL org.opencontainers.image.title="Boomgate" \
  org.opencontainers.image.description="A self-hosted gateway that decides what AI agents may do on MCP servers" \
  org.opencontainers.image.licenses="MIT"
WORKDIR /app
COPY --from=packages /app ./
COPY --from=redis /app/node_modules/@redis/client node_modules/@redis/client
COPY bin/boomgate bin/
COPY packages/engine packages/engine
COPY packages/functions packages/functions
COPY packages/catalogue packages/catalogue
COPY packages/contract packages/contract
COPY packages/server packages/server
COPY packages/cli packages/cli
COPY --from=dashboard /app/packages/dashboard/dist packages/dashboard/dist
COPY LICENSE ./
RUN install -d -o 1000 -g 1000 -m 0700 /data

# Everything that is written goes to /data and /tmp, so that the root file system may be read-only. HOME is what stdio servers
# get: `npx` keeps its packages below it. That TLS ends in front of it is for whoever runs it to say (BOOMGATE_BEHIND_PROXY):
# without it the gateway refuses to listen on the address below.
ENV NODE_ENV=production \
  HOME=/tmp \
  PATH=/app/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
  BOOMGATE_DATA=/data \
  BOOMGATE_HOST=0.0.0.0 \
  BOOMGATE_PORT=7411
USER 1000:1000
VOLUME /data
EXPOSE 7411
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.BOOMGATE_PORT}/healthz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
ENTRYPOINT ["/app/bin/boomgate"]
CMD ["up", "--no-open"]
