"""The node as a tool of n8n's AI agent, whose model is a small one of our own that always does the same."""

from __future__ import annotations

import json
from typing import Any

from tests.connectors.n8n import workflows as wf
from tests.connectors.n8n.instance import N8n
from tests.connectors.n8n.letters import letter
from tests.webhooks.served import Answer, Message, Served, receiver

_SAID = "The letter is on its way."
_GIVEN = {"Recipient": "Jeanne Dupré", "Email": "accept@lre.test", "Subject": "Loyer de mars", "Text": "Bonjour,"}


def test_an_agent_sends_a_letter(n8n: N8n, sandbox: Served, credential: str) -> None:
    """The model calls the tool, n8n fills the fields with what it gave, and the model is told of the letter."""
    with receiver(_answer) as model:
        run = n8n.run(_workflow(n8n, credential, f"{model.url}/v1"))
    assert run.json("Agent") == [{"output": _SAID}]
    asked, told = (json.loads(message.body) for message in model.messages)
    (tool,) = asked["tools"]
    assert set(tool["function"]["parameters"]["properties"]) == set(_GIVEN)
    assert tool["function"]["description"]
    (answer,) = (message for message in told["messages"] if message["role"] == "tool")
    (sent,) = sandbox("GET", "/v1/letters", params={"reference": "agent"})["data"]
    assert sent["id"] in answer["content"]
    assert (sent["subject"], sent["recipient"]["email"]) == (_GIVEN["Subject"], _GIVEN["Email"])


def _workflow(n8n: N8n, credential: str, url: str) -> dict[str, Any]:
    filled = {
        "recipientName": _from_model("Recipient"),
        "recipientEmail": _from_model("Email"),
        "subject": _from_model("Subject"),
        "content": _from_model("Text"),
        "additionalFields": {"reference": "agent"},
        "toolDescription": "Sends a registered letter",
    }
    tool = wf.sigillo("Send letter", "letter", "send", credential=credential, **letter(**filled)) | {
        "type": f"{wf.TYPE}Tool"
    }
    key = {"apiKey": "none", "url": url}
    made = n8n.rest("POST", "/credentials", {"name": "Model", "type": "openAiApi", "data": key})
    model = wf.node(
        "Model",
        "@n8n/n8n-nodes-langchain.lmChatOpenAi",
        {"model": {"__rl": True, "mode": "id", "value": "small"}, "options": {}},
        version=1.2,
        credentials={"openAiApi": {"id": made["id"], "name": "Model"}},
    )
    asked = {"promptType": "define", "text": "Remind Jeanne of her rent.", "options": {}}
    agent = wf.node("Agent", "@n8n/n8n-nodes-langchain.agent", asked, version=3)
    workflow = wf.chain(wf.start(), agent)
    workflow["nodes"] += [{**one, "position": [0, 200]} for one in (model, tool)]
    for name, kind in (("Model", "ai_languageModel"), ("Send letter", "ai_tool")):
        workflow["connections"][name] = {kind: [[{"node": "Agent", "type": kind, "index": 0}]]}
    return workflow


def _from_model(name: str) -> str:
    return f"={{{{ $fromAI('{name}', 'The {name.lower()} of the letter', 'string') }}}}"


def _answer(message: Message) -> Answer:
    """What a model of OpenAI's chat completions answers: first a call of the tool, then a word."""
    asked = json.loads(message.body)
    if any(one["role"] == "tool" for one in asked["messages"]):
        said: dict[str, Any] = {"role": "assistant", "content": _SAID}
    else:
        call = {"name": asked["tools"][0]["function"]["name"], "arguments": json.dumps(_GIVEN)}
        calls = [{"id": "call_1", "type": "function", "function": call}]
        said = {"role": "assistant", "content": None, "tool_calls": calls}
    choice = {"index": 0, "message": said, "finish_reason": "tool_calls" if "tool_calls" in said else "stop"}
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
    whole = {"id": "chat_1", "object": "chat.completion", "created": 0, "model": "small", "usage": usage}
    return Answer(200, json.dumps({**whole, "choices": [choice]}).encode(), (("Content-Type", "application/json"),))
