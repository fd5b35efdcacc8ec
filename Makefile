# 枢纽 shuniu. Two commands suffice: `make demo` and `make test`. Python 3.11 or newer and make are all they need;
# everything else goes into .venv, in the locked versions, checked by hash.
# 两条命令即可上手：make demo 与 make test。只需 Python 3.11 以上和 make；其余都装进 .venv，版本锁定并校验哈希。

PYTHON ?= python3
NEO4J_PORT ?= 7687
NEO4J_HTTP_PORT ?= 7474
# One more than cores, as some always wait for a server or a browser; who is through takes from the others.
# 比核数多一个：总有测试在等服务或浏览器；先做完的分担别人的。
AT_ONCE := -n $(shell expr $$(nproc) + 1) --dist worksteal
# The fast tests wait for nothing: one a core. 快的测试什么也不等：每核一个。
QUICK_AT_ONCE := -n $(shell nproc) --dist worksteal
BIN := .venv/bin
NEO4J := $(PYTHON) deploy/neo4j/server.py
NEO4J_AT := --home .neo4j/home --port $(NEO4J_PORT) --password-file .neo4j/password
COMPILE := $(BIN)/uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" pyproject.toml

# A mirror that pip was told of serves uv, too. 为 pip 设置的镜像同样用于 uv。
ifdef PIP_INDEX_URL
export UV_DEFAULT_INDEX ?= $(PIP_INDEX_URL)
endif
# Without a home to write to, the download caches live and die with .venv.
ifneq ($(shell test -w "$$HOME" && echo yes),yes)
export UV_CACHE_DIR ?= $(CURDIR)/.venv/cache/uv
export PIP_CACHE_DIR ?= $(CURDIR)/.venv/cache/pip
endif
# Only the interpreter of .venv counts; never fetch another.
export UV_PYTHON_DOWNLOADS := never
export VIRTUAL_ENV := $(CURDIR)/.venv

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test quick mutate soak check lint mypy jars neo4j neo4j-stop bench docs pictures types client bundle vendor lock clean

help: ## 显示本说明 | show this help
	@awk -F ' ## | \\| ' '/^[a-z0-9-]+:.* ## /{sub(/:.*/, "", $$1); printf "  make %-11s %s\n  %16s %s\n", $$1, $$2, "", $$3}' Makefile

demo: .venv/runtime ## 演示省份：载入、分析、出图和报告到 out/ | a demonstration province: load, analyse, pictures and report in out/
	$(BIN)/shuniu demo

test: .venv/dev ## 运行本机能运行的全部测试 | run every test that can run here
	$(BIN)/pytest $(AT_ONCE)

quick: .venv/dev ## 只运行快的测试 | the fast tests alone
	$(BIN)/pytest $(QUICK_AT_ONCE) -m "not slow and not neo4j and not browser"

mutate: .venv/dev ## 往代码里逐个埋小错，看测试能否发现（15 分钟内） | sow small bugs one by one: do the tests catch them? (within 15 minutes)
	$(BIN)/python -m tests.support.mutation

soak: .venv/dev ## 故障与随机测试的长程版本（数小时） | faults and random histories, many times over (hours)
	SHUNIU_SOAK=1 $(BIN)/pytest $(AT_ONCE) -m "slow or neo4j"

check: .venv/dev ## 格式、检查、类型、分层约定，然后 make test；与 CI 相同 | format, lint, types, layers, then make test; the same as CI
	@$(MAKE) --no-print-directory -j4 mypy lint client $(if $(CI)$(shell command -v npm),types) $(if $(CI),jars)
	@$(MAKE) --no-print-directory test

lint: .venv/dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/lint-imports

mypy: .venv/dev
	$(BIN)/mypy -n auto

jars: # over the network, while others compute
	@$(NEO4J) fetch

neo4j: jars ## 下载并启动 Neo4j（需要 Java 17+ 和 Maven） | fetch and start Neo4j (needs Java 17+ and Maven)
	@$(NEO4J) start $(NEO4J_AT) --http-port $(NEO4J_HTTP_PORT)

neo4j-stop: ## 停止 Neo4j，数据保留在 .neo4j/ | stop Neo4j; its data stay in .neo4j/
	@$(NEO4J) stop $(NEO4J_AT)

bench: .venv/dev ## 性能对比 | benchmarks, side by side
	@set -e; for file in benchmarks/[a-z]*.py; do echo "== $$file"; $(BIN)/python -m benchmarks.$$(basename $$file .py); done

docs: .venv/runtime ## 由模型重新生成 docs/schema.md、graph/models/ 和 Neo4j 的样式、视角、问句 | what is derived from the model: docs/schema.md, graph/models/, Neo4j's style, perspective and scripts
	$(BIN)/python -m graph.schema docs/schema.md
	$(BIN)/python -m graph.evolution graph/models
	$(BIN)/python -m viz.browser_style deploy/neo4j/style.grass
	$(BIN)/python -m viz.bloom deploy/neo4j/perspective.json
	$(BIN)/python -m viz.browser_queries docs/cypher.md deploy/neo4j/queries.zip

pictures: .venv/dev ## 为文档拍下探索页的各个视图（需要 Chromium） | take the explorer's pictures for the docs (needs Chromium)
	$(BIN)/python -m tests.support.pictures docs/pictures

types: .venv/types ## 检查探索页脚本和接口 TypeScript 类型（需要 Node） | check the explorer's scripts, and a client in TypeScript (needs Node)
	.venv/types/node_modules/.bin/tsc -p viz/explorer/page
	cp deploy/node/client/walk.ts deploy/node/client/tsconfig.json .venv/types/client/
	cd .venv/types/client && node_modules/.bin/openapi-typescript "$(CURDIR)/docs/openapi.json" -o api.d.ts >/dev/null \
	  && node_modules/.bin/tsc -p tsconfig.json

client: .venv/dev .venv/client/made ## 由接口文档生成 Python 客户端 shuniu-client 到 out/client/、dist/ | the Python client of the API, from its document
	rm -rf out/client
	PATH="$(CURDIR)/$(BIN):$$PATH" .venv/client/bin/openapi-python-client generate --path docs/openapi.json --meta uv \
	  --config deploy/client.yml --output-path out/client --fail-on-warning
	cp docs/api.md out/client/README.md
	cd out/client && ../../$(BIN)/uv build --wheel --offline -q -o ../../dist .

bundle: .venv/runtime ## 离线安装包到 dist/（轮子、SBOM、安装脚本） | an archive that installs offline, in dist/
	$(BIN)/python deploy/bundle.py dist

vendor: ## 按清单重新取回探索页所用的库（需要 Node） | fetch the explorer's libraries anew, as listed (needs Node)
	$(PYTHON) deploy/vendor.py

lock: .venv/tools ## 更新锁定文件 | renew the lock files
	$(COMPILE) --upgrade -o requirements.lock
	$(COMPILE) --upgrade --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE:pyproject.toml=) --upgrade --group build -o requirements-build.lock
	$(COMPILE:pyproject.toml=) --upgrade --group client -o requirements-client.lock

clean: ## 删除 .venv、out/ 与缓存（保留 .neo4j/） | remove .venv, out/ and caches (.neo4j/ stays)
	rm -rf .venv out dist test-results .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment grows in three steps; each leaves a stamp, newer than the files that it was made from.
.venv/tools: requirements-build.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	echo '需要 Python 3.11 或更高版本：$(PYTHON) 不可用或太旧。可指定另一个：make PYTHON=python3.12 …' >&2; \
	echo 'Python 3.11 or newer is needed: $(PYTHON) is missing or too old. To name another: make PYTHON=python3.12 …' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	echo '$(PYTHON) 缺少 venv 模块。请安装它（Debian/Ubuntu：apt install python3-venv）后重试。' >&2; \
	echo '$(PYTHON) lacks the venv module. Install it (Debian/Ubuntu: apt install python3-venv) and try again.' >&2; exit 1; }
	@echo '正在准备 .venv（首次约一分钟）… preparing .venv (about a minute the first time)' >&2
	@$(PYTHON) -m venv --clear .venv
	@$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r $<
	@touch $@

.venv/types: deploy/node/package-lock.json deploy/node/client/package-lock.json .venv/tools
	@rm -rf $@ && cp -r deploy/node $@ && npm ci --silent --no-audit --no-fund --prefix $@
	@npm ci --silent --no-audit --no-fund --prefix $@/client && touch $@

.venv/client/made: requirements-client.lock .venv/tools
	@$(BIN)/uv venv -q --clear .venv/client
	@$(BIN)/uv pip install -q --python .venv/client --require-hashes -r $<
	@touch $@

.venv/runtime: requirements.lock pyproject.toml .venv/tools
	@$(BIN)/uv pip install -q --require-hashes -r $<
	@$(BIN)/uv pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock .venv/runtime
	@$(BIN)/uv pip install -q --require-hashes -r $<
	@touch $@
