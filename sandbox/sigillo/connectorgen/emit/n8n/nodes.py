"""The sources of the two nodes: descriptions as literals, behaviour in the runtime that is copied beside them."""

from __future__ import annotations

from collections.abc import Iterator

from sigillo.connectorgen.emit.n8n import words
from sigillo.connectorgen.emit.n8n.names import Names
from sigillo.connectorgen.emit.n8n.properties import Properties, Property
from sigillo.connectorgen.emit.n8n.tables import choices, operations, service, subscription
from sigillo.connectorgen.emit.n8n.wording import Wording, camel
from sigillo.connectorgen.emit.typescript import Code, Value, literal
from sigillo.connectorgen.events import EventFile, Trigger
from sigillo.connectorgen.model import ConnectorModel, Operation, Resource

HEADER = "// Made by `sigillo connectors build` from the API's document; not edited by hand.\n"

_EXECUTE = """
	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		return await execute.call(this, SERVICE, OPERATIONS);
	}
"""
_WEBHOOK = """
	webhookMethods = {
		default: {
			async checkExists(this: IHookFunctions): Promise<boolean> {
				return await checkExists.call(this, SERVICE, SUBSCRIPTION);
			},
			async create(this: IHookFunctions): Promise<boolean> {
				return await create.call(this, SERVICE, SUBSCRIPTION);
			},
			async delete(this: IHookFunctions): Promise<boolean> {
				return await remove.call(this, SERVICE, SUBSCRIPTION);
			},
		},
	};

	async webhook(this: IWebhookFunctions): Promise<IWebhookResponseData> {
		return await receive.call(this, SERVICE, SUBSCRIPTION);
	}
"""


def sources(model: ConnectorModel, names: Names, wording: Wording) -> Iterator[tuple[str, str]]:
    """Give every TypeScript source of the nodes with its path."""
    node, trigger = f"nodes/{names.node}", f"nodes/{names.trigger}"
    yield f"{node}/operations.ts", _tables(model, names, wording)
    yield f"{node}/choices.ts", _constant("CHOICES", "Record<string, Choices>", choices(model), ["Choices"])
    for resource in model.resources:
        yield f"{node}/resources/{camel(resource.key)}.ts", _resource(model, resource, wording)
    yield f"{node}/{names.node}.node.ts", _node(model, names, wording)
    yield (
        f"{trigger}/subscription.ts",
        _constant("SUBSCRIPTION", "Subscription", subscription(model.triggers[0]), ["Subscription"]),
    )
    yield f"{trigger}/{names.trigger}.node.ts", _trigger(model, names, wording)


def _constant(name: str, type_: str, value: Value, imports: list[str]) -> str:
    start = f"export const {name}: {type_} = "
    import_ = f"import type {{ {', '.join(imports)} }} from '../../runtime/contract';\n"
    return f"{HEADER}{import_}\n{start}{literal(value, before=len(start))};\n"


def _tables(model: ConnectorModel, names: Names, wording: Wording) -> str:
    first = _constant("SERVICE", "Service", service(model, names.credential), ["Operations", "Service"])
    start = "export const OPERATIONS: Operations = "
    return f"{first}\n{start}{literal(operations(model, wording), before=len(start))};\n"


def _resource(model: ConnectorModel, resource: Resource, wording: Wording) -> str:
    listed: list[Value] = [_operation_choice(model.operations_of(resource.key), resource, wording)]
    listed += _merged(model.operations_of(resource.key), Properties(wording))
    start = f"export const {camel(resource.key)}Properties: INodeProperties[] = "
    import_ = "import type { INodeProperties } from 'n8n-workflow';\n"
    return f"{HEADER}{import_}\n{start}{literal(listed, before=len(start))};\n"


def _operation_choice(found: tuple[Operation, ...], resource: Resource, wording: Wording) -> Property:
    options: list[dict[str, Value]] = [
        {
            "name": wording.title(operation.name),
            "value": operation.verb,
            "action": wording.plain(operation.title),
            "description": wording.sentence(operation.description),
        }
        for operation in found
    ]
    options.sort(key=lambda option: str(option["name"]).lower())
    return {
        "displayName": wording.plain(words.OPERATION),
        "name": "operation",
        "type": "options",
        "noDataExpression": True,
        "displayOptions": {"show": {"resource": [camel(resource.key)]}},
        "options": [*options],
        "default": found[0].verb,
    }


def _merged(found: tuple[Operation, ...], properties: Properties) -> list[Property]:
    """The properties of a resource; what several operations show alike first, or last, is one property."""
    first: list[Property] = []
    rest: list[Property] = []
    last: list[Property] = []
    for operation in found:
        own = properties.of(operation)
        if own:
            _add(first, own[0])
        rest += own[1:]
        for prop in properties.standard(operation):
            _add(last, prop)
    return [*first, *rest, *last]


def _add(there: list[Property], prop: Property) -> None:
    for known in there:
        if _without_operation(known) == _without_operation(prop):
            _operations_of(known).extend(_operations_of(prop))
            return
    there.append(prop)


def _show(prop: Property) -> dict[str, Value]:
    options = prop["displayOptions"]
    assert isinstance(options, dict)
    show = options["show"]
    assert isinstance(show, dict)
    return show


def _operations_of(prop: Property) -> list[Value]:
    listed = _show(prop)["operation"]
    assert isinstance(listed, list)
    return listed


def _without_operation(prop: Property) -> Property:
    show = {key: value for key, value in _show(prop).items() if key != "operation"}
    return {**prop, "displayOptions": show}


def _node(model: ConnectorModel, names: Names, wording: Wording) -> str:
    resources = [camel(resource.key) for resource in model.resources]
    imports = "".join(f"import {{ {one}Properties }} from './resources/{one}';\n" for one in resources)
    found = choices(model)
    locators = {
        operation_field.lookup.key
        for operation in model.operations
        for operation_field in operation.fields
        if operation_field.lookup is not None and operation_field.lookup.locator
    }
    methods: dict[str, Value] = {
        "listSearch": {key: Code(f"search(SERVICE, CHOICES.{key})") for key in found if key in locators},
        "loadOptions": {key: Code(f"options(SERVICE, CHOICES.{key})") for key in found if key not in locators},
    }
    return (
        f"{HEADER}import {{\n\tNodeConnectionTypes,\n\ttype IExecuteFunctions,\n\ttype INodeExecutionData,\n"
        "\ttype INodeType,\n\ttype INodeTypeDescription,\n} from 'n8n-workflow';\n"
        "import { options, search } from '../../runtime/choices';\n"
        "import { execute } from '../../runtime/execute';\n"
        "import { CHOICES } from './choices';\n"
        "import { OPERATIONS, SERVICE } from './operations';\n"
        f"{imports}\n"
        f"export class {names.node} implements INodeType {{\n"
        f"\tdescription: INodeTypeDescription = {literal(_description(model, names, wording), depth=1, before=36)};\n\n"
        f"\tmethods = {literal(methods, depth=1, before=10)};\n"
        f"{_EXECUTE}}}\n"
    )


def _description(model: ConnectorModel, names: Names, wording: Wording) -> Property:
    options: list[dict[str, Value]] = [
        {
            "name": wording.title(resource.name),
            "value": camel(resource.key),
            "description": wording.sentence(resource.description),
        }
        for resource in model.resources
    ]
    options.sort(key=lambda option: str(option["name"]).lower())
    resource: Property = {
        "displayName": wording.plain(words.RESOURCE),
        "name": "resource",
        "type": "options",
        "noDataExpression": True,
        "options": [*options],
        "default": camel(model.resources[0].key),
    }
    return {
        "displayName": names.app.name,
        "name": names.key,
        "icon": names.icon("../../"),
        "group": ["output"],
        "version": 1,
        "subtitle": '={{$parameter["operation"] + ": " + $parameter["resource"]}}',
        "description": wording.sentence(model.app.summary),
        "defaults": {"name": names.app.name},
        "usableAsTool": True,
        "inputs": [Code("NodeConnectionTypes.Main")],
        "outputs": [Code("NodeConnectionTypes.Main")],
        "credentials": [{"name": names.credential, "required": True}],
        "properties": [resource, *(Code(f"...{camel(one.key)}Properties") for one in model.resources)],
    }


def _trigger(model: ConnectorModel, names: Names, wording: Wording) -> str:
    description = literal(_trigger_description(model.triggers[0], names, wording), depth=1, before=36)
    return (
        f"{HEADER}import {{\n\tNodeConnectionTypes,\n\ttype IHookFunctions,\n\ttype INodeType,\n"
        "\ttype INodeTypeDescription,\n\ttype IWebhookFunctions,\n\ttype IWebhookResponseData,\n"
        "} from 'n8n-workflow';\n"
        "import { checkExists, create, receive, remove } from '../../runtime/trigger';\n"
        f"import {{ SERVICE }} from '../{names.node}/operations';\n"
        "import { SUBSCRIPTION } from './subscription';\n\n"
        f"export class {names.trigger} implements INodeType {{\n"
        f"\tdescription: INodeTypeDescription = {description};\n"
        f"{_WEBHOOK}}}\n"
    )


def _trigger_description(trigger: Trigger, names: Names, wording: Wording) -> Property:
    webhook = {"name": "default", "httpMethod": "POST", "responseMode": "onReceived", "path": "webhook"}
    return {
        "displayName": f"{names.app.name} Trigger",
        "name": f"{names.key}Trigger",
        "icon": names.icon("../../"),
        "group": ["trigger"],
        "version": 1,
        "subtitle": '={{$parameter["events"].join(", ")}}',
        "description": _starts(wording.sentence(trigger.description) or ""),
        "defaults": {"name": f"{names.app.name} Trigger"},
        "inputs": [],
        "outputs": [Code("NodeConnectionTypes.Main")],
        "credentials": [{"name": names.credential, "required": True}],
        "webhooks": [webhook],
        "properties": [*trigger_properties(trigger, wording)],
    }


def _starts(description: str) -> str:
    """n8n's own words for a trigger."""
    return description.replace("Triggers when", "Starts the workflow when", 1)


def trigger_properties(trigger: Trigger, wording: Wording) -> Iterator[Property]:
    """Give the properties of the trigger's node."""
    plain = wording.plain
    events: list[dict[str, Value]] = [
        {"name": wording.title(one.label), "value": one.type, "description": wording.sentence(one.help)}
        for one in trigger.events
    ]
    every: dict[str, Value] = {"name": "*", "value": "*", "description": plain(words.EVERY_EVENT)}
    events = sorted([every, *events], key=lambda option: str(option["name"]).lower())
    yield {
        "displayName": plain(words.EVENTS),
        "name": "events",
        "type": "multiOptions",
        "required": True,
        "options": [*events],
        "default": [],
        "description": plain(words.EVENTS_HELP),
    }
    if trigger.files:
        yield from _attaching(trigger.files[0], wording)


def _attaching(file: EventFile, wording: Wording) -> Iterator[Property]:
    plain = wording.plain
    formats = [{"name": wording.title(one.label), "value": one.value} for one in file.formats]
    formats.sort(key=lambda option: option["name"].lower())
    shown: Property = {"displayOptions": {"show": {"attachProof": [True]}}}
    yield {
        "displayName": plain(words.ATTACH),
        "name": "attachProof",
        "type": "boolean",
        "default": False,
        "description": plain(words.ATTACH_HELP),
    }
    yield {
        "displayName": plain(words.PROOF_FORMAT),
        "name": "proofFormat",
        "type": "options",
        **shown,
        "options": [*formats],
        "default": file.formats[0].value,
        "description": plain(words.PROOF_FORMAT_HELP),
    }
    yield Properties(wording).output() | shown
