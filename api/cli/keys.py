"""Keys: the one that seals a store, and those by which programs are let in."""

from pathlib import Path
from typing import Annotated

import typer

from api.cli.audit import note
from api.cli.options import Form, Language, Output, StoreUrl, opened, speak
from api.cli.output import STDERR, Format, emit_rows, form_of, out, say
from api.security.keys import LONGEST_DAYS, ApiKey, KeyRing
from api.security.roles import NAMES, Role
from api.settings import read_settings
from graph.clock import in_beijing, minute
from graph.errors import BadParameter
from graph.language import Lang, Text, counted
from graph.places import gazetteer
from graph.places.divisions import places
from graph.stores.address import embedded_path, is_embedded
from graph.stores.swap import home_of
from loaders.keep.keys import KEY
from loaders.keep.rotation import rotate

app = typer.Typer(help="密钥 / keys", no_args_is_help=True)
FIELDS = ["id", "name", "role", "region", "created", "expires", "state"]
STATES = {
    "valid": Text("有效", "valid"),
    "expired": Text("已过期", "expired"),
    "revoked": Text("已吊销", "revoked"),
}
NO_KEY = Text(
    "没有密钥，服务只在本机应答；shuniu keys create 发放。",
    "No key, so the service answers this machine alone; shuniu keys create makes one.",
)
ROLES = "、".join(f"{role.value} {text.zh}" for role, text in NAMES.items())


def ring_of(store: str | None) -> KeyRing:
    """Return the keys of a store, whoever has it open."""
    settings = read_settings()
    url = store or settings.store
    if is_embedded(url):
        return KeyRing(home_of(embedded_path(url)))
    with settings.open_store(store) as opened_store:
        return KeyRing(opened_store.home)


@app.command("create")
def create_command(
    name: Annotated[str, typer.Argument(help="给谁用 / whom it is for")],
    role: Annotated[Role, typer.Option("--role", help=f"{ROLES} / what it may")],
    region: Annotated[str | None, typer.Option("--region", help="editor 的地区 / region of an editor")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=LONGEST_DAYS, help="有效天数 / days it is valid")] = 180,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """发放访问接口的密钥，只显示这一次 / make a key for the API; it is shown this once."""
    speaking = speak(lang)
    if (role is Role.EDITOR) != (region is not None):
        why = Text("editor 须有地区，其他角色没有", "an editor has a region, nobody else")
        raise BadParameter(name="--region", value=region or "–", reason=why)
    key, words = ring_of(store).create(name, role, gazetteer.region(region) if region else None, days)
    note(store, "keys create", about=f"{key.id} {role.value} {key.region or ''}".strip())
    out().print(words, soft_wrap=True, highlight=False, markup=False)
    last = in_beijing(key.expires).date()
    STDERR.print(
        Text(
            f"密钥 {key.id}，有效至 {last}。请立即保存：以后无法再显示。",
            f"Key {key.id}, valid until {last}. Keep it now: it is never shown again.",
        ).get(speaking),
        soft_wrap=True,
    )


@app.command("list")
def list_command(
    form: Form = Format.table, output: Output = None, store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """列出接口密钥 / list the keys of the API."""
    speaking, form = speak(lang), form_of(form, output)
    keys = ring_of(store).listed()
    rows = [{**key.model_dump(mode="json", include=set(FIELDS)), "state": key.state} for key in keys]
    people = [_shown(key, speaking) for key in keys]
    emit_rows(Text("接口密钥", "Keys of the API"), FIELDS, rows, form, output, speaking, nothing=NO_KEY, people=people)


def _shown(key: ApiKey, lang: Lang) -> dict[str, str | None]:
    """Return a key as people read it: words, and hours of Beijing."""
    return {
        "id": key.id, "name": key.name, "role": NAMES[key.role].get(lang),
        "region_name": places()[key.region].full_name if key.region else None,
        "made": minute(key.created), "valid_until": minute(key.expires), "state_said": STATES[key.state].get(lang),
    }  # fmt: skip


@app.command("revoke")
def revoke_command(
    key: Annotated[str, typer.Argument(help="密钥编号 / id of the key")], store: StoreUrl = None, lang: Language = None
) -> None:
    """吊销接口密钥，立即生效 / revoke a key of the API, at once."""
    speaking = speak(lang)
    gone = ring_of(store).revoke(key)
    note(store, "keys revoke", about=gone.id)
    say(Text(f"已吊销 {gone.id}（{gone.name}）", f"{gone.id} ({gone.name}) is revoked"), speaking)


@app.command("rotate")
def rotate_command(
    old: Annotated[
        Path | None, typer.Option("--old", metavar="FILE", help="旧密钥另存到此 / keep the old key in this file")
    ] = None,
    store: StoreUrl = None, lang: Language = None,
) -> None:  # fmt: skip
    """换一把新密钥，重新加密全部内容 / seal everything anew with another key."""
    speaking = speak(lang)
    with opened(store, write=True) as opened_store:
        count = rotate(opened_store.home, old=old)
        key = opened_store.home / KEY
    note(store, "keys rotate")
    say(
        Text(f"已更换密钥，重新加密了 {count} 个文件", f"The key was changed; {counted(count, 'file')} sealed anew"),
        speaking,
    )
    STDERR.print(
        Text(
            f"请另行保存新密钥 {key}；此前的备份仍需旧密钥。",
            f"Keep a copy of the new key {key} apart; earlier backups still need the old one.",
        ).get(speaking),
        soft_wrap=True,
    )
