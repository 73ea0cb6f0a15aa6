"""What n8n's own nodes say, of which no API knows: labels and hints of every node, in each language.

The English ones are n8n's, to the letter where its linter looks; `{…}` stands for what is put in.
"""

from __future__ import annotations

from sigillo.connectorgen.fields import Text

RESOURCE = Text("Resource", "Ressource", "Risorsa")
OPERATION = Text("Operation", "Opération", "Operazione")

ADDITIONAL_FIELDS = Text("Additional Fields", "Champs supplémentaires", "Campi aggiuntivi")
UPDATE_FIELDS = Text("Update Fields", "Champs à modifier", "Campi da modificare")
ADD_FIELD = Text("Add Field", "Ajouter un champ", "Aggiungi campo")
OPTIONS = Text("Options", "Options", "Opzioni")
ADD_OPTION = Text("Add Option", "Ajouter une option", "Aggiungi opzione")
FILTERS = Text("Filters", "Filtres", "Filtri")
ADD_FILTER = Text("Add Filter", "Ajouter un filtre", "Aggiungi filtro")

CLEAR = Text("Clear Fields", "Champs à vider", "Campi da svuotare")
CLEAR_HELP = Text(
    "What it shall have none of any more; a field left empty stays as it is",
    "Ce qu'il ne doit plus avoir ; un champ laissé vide reste tel quel",
    "Ciò che non deve più avere; un campo lasciato vuoto resta com'è",
)

RETURN_ALL = Text("Return All", "Tout récupérer", "Restituisci tutto")
RETURN_ALL_HELP = Text(
    "Whether to return all results or only up to a given limit",
    "Pour obtenir tous les résultats, et non un nombre limité",
    "Se restituire tutti i risultati o solo fino a un limite",
)
LIMIT = Text("Limit", "Limite", "Limite")
LIMIT_HELP = Text(
    "Max number of results to return", "Nombre maximal de résultats", "Numero massimo di risultati da restituire"
)
SIMPLIFY = Text("Simplify", "Simplifier", "Semplifica")
SIMPLIFY_HELP = Text(
    "Whether to return a simplified version of the response instead of the raw data",
    "Pour obtenir l'essentiel de la réponse plutôt que les données brutes",
    "Se restituire una versione semplificata della risposta invece dei dati grezzi",
)
OUTPUT = Text(
    "Put Output File in Field", "Champ de sortie où placer le fichier", "Campo di output in cui mettere il file"
)
OUTPUT_HINT = Text(
    "The name of the output field to put the file in",
    "Le nom du champ binaire de sortie qui recevra le fichier",
    "Il nome del campo binario di output che riceverà il file",
)
INPUT_FILE = Text("Input Data Field Name", "Champ d'entrée contenant le fichier", "Campo di input con il file")
INPUT_FILE_HINT = Text(
    "The name of the input field containing the file",
    "Le nom du champ binaire d'entrée qui contient le fichier",
    "Il nome del campo binario di input che contiene il file",
)
INPUT_FILES = Text("Input Data Field Name(s)", "Champs d'entrée contenant les fichiers", "Campi di input con i file")
INPUT_FILES_HINT = Text(
    "The names of the input fields containing the files, separated by commas",
    "Les noms des champs binaires d'entrée qui contiennent les fichiers, séparés par des virgules",
    "I nomi dei campi binari di input che contengono i file, separati da virgole",
)

IDEMPOTENCY = Text("Idempotency Key", "Clé d'idempotence", "Chiave di idempotenza")
IDEMPOTENCY_HELP = Text(
    "What has the same key is done once. Left empty, each item of an execution has one of its own, which repetitions "
    "of that execution use again; a new execution does it again. To do it once for each of your records, make the key "
    "of your data, such as the number of an invoice.",
    "Ce qui porte la même clé n'est exécuté qu'une fois. Laissée vide, chaque élément d'une exécution a la sienne, "
    "que reprennent les nouvelles tentatives de cette exécution ; une autre exécution recommence. Pour n'envoyer "
    "qu'une fois par dossier, composez la clé avec vos données, par exemple le numéro d'une facture.",
    "Ciò che ha la stessa chiave è eseguito una volta sola. Se è vuota, ogni elemento di un'esecuzione ha la propria, "
    "che i nuovi tentativi di quell'esecuzione riutilizzano; un'altra esecuzione ricomincia. Per inviare una volta "
    "sola per pratica, si componga la chiave con i propri dati, per esempio il numero di una fattura.",
)

FROM_LIST = Text("From List", "Dans la liste", "Dall'elenco")
BY_ID = Text("By ID", "Par identifiant", "Tramite ID")
BY = Text("By {label}", "Par {label}", "Tramite {label}")
NOT_VALID_VALUE = Text("Not a valid {label}", "Non valide : {label}", "Non valido: {label}")
NOT_VALID = Text("Not a valid {label} ID", "Identifiant non valide : {label}", "ID non valido: {label}")
NAME_OR_ID = Text("{label} Name or ID", "{label} : nom ou identifiant", "{label}: nome o ID")
CHOOSE = Text(
    'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
    "À choisir dans la liste, ou à indiquer par une "
    '<a href="https://docs.n8n.io/code/expressions/">expression</a> qui donne son identifiant',
    "Da scegliere nell'elenco, o da indicare con "
    "un'<a href=\"https://docs.n8n.io/code/expressions/\">espressione</a> che ne dà l'ID",
)

INPUT_OF = Text("{label} Input", "Saisie : {label}", "Inserimento: {label}")
NONE = Text("None", "Aucune", "Nessuno")
USING_FIELDS = Text("Using Fields Below", "Par les champs ci-dessous", "Con i campi qui sotto")
USING_JSON = Text("Using JSON", "En JSON", "In JSON")
INPUT_HINT = Text(
    "To fill the whole of it with one expression, choose Using JSON",
    "Pour tout remplir par une seule expression, choisissez « En JSON »",
    "Per compilare tutto con una sola espressione, scegliere «In JSON»",
)
ADD_ENTRY = Text("Add Entry", "Ajouter une entrée", "Aggiungi voce")
ENTRY = Text("Entry", "Entrée", "Voce")
NAME = Text("Name", "Nom", "Nome")
VALUE = Text("Value", "Valeur", "Valore")
AS_JSON = Text("{label} (JSON)", "{label} (JSON)", "{label} (JSON)")

EVENTS = Text("Events", "Événements", "Eventi")
EVENTS_HELP = Text("What starts the workflow", "Ce qui déclenche le workflow", "Che cosa avvia il workflow")
EVERY_EVENT = Text(
    "Every event, those to come included",
    "Tous les événements, y compris ceux à venir",
    "Tutti gli eventi, compresi quelli futuri",
)
ATTACH = Text("Attach Proof", "Joindre la preuve", "Allega la prova")
ATTACH_HELP = Text(
    "Whether to download the proof that an event tells of, and attach it to the item",
    "Pour télécharger la preuve qu'un événement annonce et la joindre à l'élément",
    "Se scaricare la prova che un evento annuncia e allegarla all'elemento",
)
PROOF_FORMAT = Text("Proof Format", "Format de la preuve", "Formato della prova")
PROOF_FORMAT_HELP = Text(
    "A proof that does not exist in this format comes in another one: a PEC receipt as an e-mail file, for instance",
    "Une preuve qui n'existe pas dans ce format vient dans un autre : un reçu PEC en fichier de courriel, par exemple",
    "Una prova che non esiste in questo formato arriva in un altro: una ricevuta PEC, per esempio, come file di posta",
)

ENVIRONMENT = Text("Environment", "Environnement", "Ambiente")
SERVER_URL = Text("Server URL", "URL du serveur", "URL del server")
SERVER_URL_HELP = Text(
    "Where the server is, without a path", "L'adresse du serveur, sans chemin", "L'indirizzo del server, senza percorso"
)
