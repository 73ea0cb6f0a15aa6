"""The paragraphs of the package's README, in each language; `{…}` stands for what is put in."""

from __future__ import annotations

from sigillo.connectorgen.fields import Text

NODES = Text(
    "Two nodes: **{app}** does things, **{app} Trigger** starts a workflow when something happens.",
    "Deux nœuds : **{app}** agit, **{app} Trigger** lance un workflow quand il se passe quelque chose.",
    "Due nodi: **{app}** agisce, **{app} Trigger** avvia un workflow quando accade qualcosa.",
)
INSTALLATION = Text("Installation", "Installation", "Installazione")
INSTALLING = Text(
    "In n8n: *Settings* → *Community nodes* → *Install* → `{package}`. On a server of your own, "
    "`npm install --ignore-scripts {package}` in the folder `~/.n8n/nodes` does the same; restart n8n after it.",
    "Dans n8n : *Settings* → *Community nodes* → *Install* → `{package}`. Sur votre serveur, "
    "`npm install --ignore-scripts {package}` dans le dossier `~/.n8n/nodes` fait de même ; redémarrez ensuite n8n.",
    "In n8n: *Settings* → *Community nodes* → *Install* → `{package}`. Su un server proprio, "
    "`npm install --ignore-scripts {package}` nella cartella `~/.n8n/nodes` fa lo stesso; poi si riavvia n8n.",
)
CREDENTIALS = Text("Credentials", "Identifiants de connexion", "Credenziali")
CREDENTIAL = Text(
    "*Credentials* → *Create credential* → **{app} API**.",
    "*Credentials* → *Create credential* → **{app} API**.",
    "*Credentials* → *Create credential* → **{app} API**.",
)
DOCKER = Text(
    "Where n8n runs in Docker, `127.0.0.1` is its container and not your machine: choose the server of your own, with "
    "`http://host.docker.internal:8025` (on Linux, start n8n with `--add-host=host.docker.internal:host-gateway`), and "
    "let the sandbox listen to more than its own machine.",
    "Si n8n tourne dans Docker, `127.0.0.1` désigne son conteneur et non votre machine : choisissez le serveur à vous, "
    "avec `http://host.docker.internal:8025` (sous Linux, démarrez n8n avec "
    "`--add-host=host.docker.internal:host-gateway`), et faites écouter le bac à sable au-delà de sa machine.",
    "Se n8n gira in Docker, `127.0.0.1` è il suo container e non la macchina: si scelga il server proprio, con "
    "`http://host.docker.internal:8025` (su Linux si avvia n8n con `--add-host=host.docker.internal:host-gateway`), e "
    "si lasci che la sandbox ascolti anche fuori dalla sua macchina.",
)
TEST = Text(
    "*Test* asks the server whose key it is.",
    "*Test* demande au serveur à qui est la clé.",
    "*Test* chiede al server di chi è la chiave.",
)
OPERATIONS = Text("Operations", "Opérations", "Operazioni")
TRIGGER = Text("Trigger", "Déclencheur", "Trigger")
TRIGGERING = Text(
    "It registers a webhook when the workflow is activated and takes it away when it is deactivated; messages whose "
    "signature or age is wrong start nothing. Each event is one item, with the proof attached if you ask, in another "
    "format where there is none in yours.",
    "Il enregistre un webhook à l'activation du workflow et le retire à sa désactivation ; un message dont la "
    "signature ou l'âge ne convient pas ne lance rien. Chaque événement est un élément, preuve jointe si vous le "
    "demandez, dans un autre format s'il n'y en a pas dans le vôtre.",
    "Registra un webhook quando il workflow è attivato e lo toglie quando è disattivato; un messaggio con firma o età "
    "sbagliate non avvia nulla. Ogni evento è un elemento, con la prova allegata se lo si chiede, in un altro formato "
    "se non esiste in quello scelto.",
)
EVENT_HEAD = Text("| Event | Type | What it says |", "| Événement | Type | Sens |", "| Evento | Tipo | Che cosa dice |")
EXAMPLES = Text("Workflows to begin with", "Workflows pour commencer", "Workflow per cominciare")
IMPORTING = Text(
    "Import them with *…* → *Import from file* (they lie in `examples/` of the repository).",
    "Importez-les par *…* → *Import from file* (ils se trouvent dans `examples/` du dépôt).",
    "Si importano con *…* → *Import from file* (stanno in `examples/` del repository).",
)
KNOW = Text("What to know", "À savoir", "Da sapere")
KNOWN = (
    Text(
        "Items are sent one after another, each with an idempotency key. Nothing is sent twice when n8n repeats the "
        "node, nor when you press *Retry* on a failed execution.",
        "Les éléments partent l'un après l'autre, chacun avec une clé d'idempotence. Rien ne part deux fois quand n8n "
        "répète le nœud, ni quand vous relancez par *Retry* une exécution en échec.",
        "Gli elementi partono uno dopo l'altro, ciascuno con una chiave di idempotenza. Nulla parte due volte "
        "quando n8n ripete il nodo, né quando si preme *Retry* su un'esecuzione fallita.",
    ),
    Text(
        "A new execution is a new wish, and sends again: when the workflow is run once more, when a workflow that "
        "failed is called again by another one, or when n8n was killed and starts over. Where an invoice must have "
        "one letter whatever happens, fill *Idempotency Key* from your data: `invoice-{{ $json.number }}`.",
        "Une nouvelle exécution est un nouvel ordre, et envoie de nouveau : quand le workflow est relancé, quand un "
        "workflow en échec est rappelé par un autre, ou quand n8n a été tué et recommence. Si une facture ne doit "
        "avoir qu'une lettre quoi qu'il arrive, composez la *Clé d'idempotence* avec vos données : `facture-{{ "
        "$json.number }}`.",
        "Una nuova esecuzione è un nuovo ordine, e invia di nuovo: quando il workflow viene rilanciato, quando un "
        "workflow fallito è richiamato da un altro, o quando n8n è stato interrotto e ricomincia. Se una fattura "
        "deve avere una sola lettera comunque vada, si compone la *Chiave di idempotenza* con i propri dati: "
        "`fattura-{{ $json.number }}`.",
    ),
    Text(
        "Files come from binary fields of the item, and proofs go into one, with the name the server gives them.",
        "Les fichiers viennent de champs binaires de l'élément, et les preuves y sont placées sous le nom que leur "
        "donne le serveur.",
        "I file vengono da campi binari dell'elemento, e le prove vi sono messe con il nome che dà loro il server.",
    ),
    Text(
        "An expression for all of a name-value list goes into *Using JSON*. n8n drops one that stands in place of "
        "all of *Using Fields Below* (the node then says that there are none), as it drops one in place of a whole "
        "collection such as *Additional Fields*, which no node can notice: give each field its own expression.",
        "Une expression pour toute une liste de noms et de valeurs se met dans *En JSON*. n8n ignore celle qui "
        "remplace tout *Par les champs ci-dessous* (le nœud dit alors qu'il n'y en a pas), comme celle qui remplace "
        "une collection entière telle que *Champs supplémentaires*, ce qu'aucun nœud ne peut voir : donnez à chaque "
        "champ la sienne.",
        "Un'espressione per un intero elenco di nomi e valori va in *In JSON*. n8n scarta quella che sostituisce "
        "tutto *Con i campi qui sotto* (il nodo dice allora che non ce ne sono), come quella che sostituisce "
        "un'intera raccolta quale *Campi aggiuntivi*, cosa che nessun nodo può notare: si dà a ogni campo la sua.",
    ),
    Text(
        "n8n looks after a trigger's webhook when the workflow is activated. Where somebody deleted it at the server, "
        "deactivate the workflow and activate it again. A secret that was changed there the node replaces.",
        "n8n s'occupe du webhook d'un déclencheur à l'activation du workflow. Si quelqu'un l'a supprimé sur le "
        "serveur, désactivez le workflow et réactivez-le. Un secret changé là-bas, le nœud le remplace.",
        "n8n cura il webhook di un trigger quando il workflow è attivato. Se qualcuno l'ha eliminato sul server, si "
        "disattiva il workflow e lo si riattiva. Un segreto cambiato là è sostituito dal nodo.",
    ),
    Text(
        "As a tool of an AI agent, fill the fields with `$fromAI(…)`.",
        "Comme outil d'un agent d'IA, remplissez les champs par `$fromAI(…)`.",
        "Come strumento di un agente di IA, si compilano i campi con `$fromAI(…)`.",
    ),
    Text(
        "A sandbox's proofs say SANDBOX: nothing that it emits has legal value.",
        "Les preuves d'un bac à sable portent SANDBOX : rien de ce qu'il émet n'a de valeur légale.",
        "Le prove di una sandbox recano SANDBOX: nulla di ciò che emette ha valore legale.",
    ),
)
LICENSE = Text("License", "Licence", "Licenza")
