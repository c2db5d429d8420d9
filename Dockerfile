# One image for every Python container: a service is a command, not an image. Works with the classic builder too.
ARG PYTHON_TAG=3.13-slim

FROM python:${PYTHON_TAG} AS build
WORKDIR /build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/whodunit
COPY requirements.lock requirements-build.lock ./
RUN python -m pip --python /opt/whodunit/bin/python install --quiet --only-binary :all: --require-hashes -r requirements.lock
# The wheel is made by tools that are locked as well, in an environment that is left behind.
RUN python -m venv /opt/build && /opt/build/bin/pip install --quiet --only-binary :all: --require-hashes -r requirements-build.lock
COPY . .
RUN /opt/build/bin/pip wheel --quiet --no-deps --no-build-isolation --wheel-dir dist . \
    && python -m pip --python /opt/whodunit/bin/python install --quiet --no-deps dist/*.whl

FROM python:${PYTHON_TAG} AS whodunit
RUN groupadd --gid 10001 whodunit && useradd --uid 10001 --gid 10001 --no-create-home --home-dir /state whodunit \
    && install -d -o whodunit -g whodunit /state /flags /queue
# The base image has no byte code, and nobody here may write any: each start would compile what it imports.
RUN python -m compileall -q -j 0 "$(python -c 'import sysconfig; print(sysconfig.get_path("stdlib"))')"
COPY --from=build /opt/whodunit /opt/whodunit
# An empty volume begins as this folder: the services find flags even before the lab has written any.
COPY --chown=10001:10001 flags/flags.flagd.json /flags/flags.json
ENV PATH=/opt/whodunit/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
WORKDIR /state
USER 10001:10001
CMD ["whodunit", "--help"]

# The same with the system's own PostgreSQL, for the restore drill alone: it makes its servers itself, so the package is to make none.
FROM whodunit AS drill
USER root
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends postgresql-common \
    && sed -ri 's/^#?(create_main_cluster) .*/\1 = false/' /etc/postgresql-common/createcluster.conf \
    && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends postgresql && rm -rf /var/lib/apt/lists/*
USER 10001:10001
CMD ["whodunit", "drill", "restore", "--on", "postgresql"]

# The same with Debian's Chromium and Playwright, for a load generator whose visitors have a real browser. The environment has no pip of its own.
FROM whodunit AS browsers
USER root
COPY requirements-browser.lock ./
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq --no-install-recommends chromium && rm -rf /var/lib/apt/lists/* \
    && /usr/local/bin/python -m pip --python /opt/whodunit/bin/python install --quiet --only-binary :all: --require-hashes -r requirements-browser.lock
USER 10001:10001
