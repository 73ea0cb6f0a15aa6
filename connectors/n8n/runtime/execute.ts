import { createHash } from 'crypto';
import type { IDataObject, IExecuteFunctions, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';
import { fileItem, rowsOf, simplified } from './answers';
import type { Operation, Operations, Pages, Service } from './contract';
import { formOf } from './form';
import { at } from './paths';
import type { Reply, Request } from './transport';
import { send } from './transport';
import { collect } from './values';

/** Where an execution remembers the id of the first one that it repeats. */
const FIRST_EXECUTION = 'firstExecutionOfRegisteredMail';
const SAFE = ['GET', 'HEAD', 'PUT', 'DELETE'];

/**
 * Run the node: the items one after another, in their order.
 *
 * Never at once: these are registered letters, and when the third of five is refused the fourth must not be on its way. Each
 * item has an idempotency key that a repetition of the same execution makes again, so what was sent is not sent twice: when
 * n8n repeats the node, and when somebody presses “Retry” on an execution that failed.
 */
export async function execute(
	this: IExecuteFunctions,
	service: Service,
	operations: Operations,
): Promise<INodeExecutionData[][]> {
	const output: INodeExecutionData[] = [];
	const count = this.getInputData().length;
	for (let itemIndex = 0; itemIndex < count; itemIndex++) {
		try {
			const operation = chosen.call(this, operations, itemIndex);
			const items = await perform.call(this, service, operation, itemIndex);
			output.push(...items.map((item) => ({ ...item, pairedItem: { item: itemIndex } })));
		} catch (error) {
			if (this.continueOnFail()) {
				output.push(failed(error as NodeApiError, itemIndex));
				continue;
			}
			if (error instanceof NodeOperationError) throw new NodeOperationError(this.getNode(), error);
			throw new NodeApiError(this.getNode(), error as JsonObject, { itemIndex });
		}
	}
	return [output];
}

function chosen(this: IExecuteFunctions, operations: Operations, itemIndex: number): Operation {
	const resource = this.getNodeParameter('resource', itemIndex) as string;
	const name = this.getNodeParameter('operation', itemIndex) as string;
	const operation = operations[resource]?.[name];
	if (operation) return operation;
	const message = `The operation ${name} is not known for ${resource}`;
	throw new NodeOperationError(this.getNode(), message, { itemIndex });
}

function failed(error: NodeApiError, itemIndex: number): INodeExecutionData {
	const { message, description, httpCode } = error;
	const json: IDataObject = { error: message, description, httpCode };
	return { json, error, pairedItem: { item: itemIndex } };
}

/** Send the request of one item and give the items of its answer. */
async function perform(
	this: IExecuteFunctions,
	service: Service,
	operation: Operation,
	itemIndex: number,
): Promise<INodeExecutionData[]> {
	const request = await prepare.call(this, operation, itemIndex);
	if (operation.answer.kind === 'file') {
		const field = this.getNodeParameter('outputField', itemIndex, 'data') as string;
		return [await fileItem.call(this, await send.call(this, service, request), field)];
	}
	const paged = operation.answer.kind === 'list' ? operation.answer.pages : undefined;
	const rows = paged
		? await collectPages.call(this, service, operation, paged, request)
		: rowsOf(operation, await send.call(this, service, request));
	return rows.map((row) => ({ json: simplified.call(this, operation, row, itemIndex) }));
}

async function prepare(
	this: IExecuteFunctions,
	operation: Operation,
	itemIndex: number,
): Promise<Request> {
	const { path, query, headers, body, files } = collect.call(this, operation, itemIndex);
	if (operation.idempotency) headers[operation.idempotency] ??= keyOf.call(this, itemIndex);
	const asForm = operation.body === 'form' || files.properties.length > 0;
	const content = asForm ? await formOf.call(this, body, files, itemIndex) : body;
	return {
		method: operation.method,
		path,
		query,
		headers,
		body: operation.body ? content : undefined,
		file: operation.answer.kind === 'file',
		repeatable: operation.idempotency !== undefined || SAFE.includes(operation.method),
		itemIndex,
		inputs: operation.inputs,
	};
}

/** The same for the same item of the same run of the same execution or of one that repeats it; else another. */
function keyOf(this: IExecuteFunctions, itemIndex: number): string {
	const { $runIndex } = this.getWorkflowDataProxy(itemIndex);
	const parts = [
		this.getInstanceId(),
		this.getWorkflow().id,
		firstExecution.call(this),
		this.getNode().id,
		$runIndex,
		itemIndex,
	];
	return `n8n-${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`;
}

/**
 * The id of this execution, or of the one that it repeats. n8n tells nodes of no such thing, but a retry begins with what the
 * failed execution had, and that has what nodes left in the context of its flow.
 */
function firstExecution(this: IExecuteFunctions): string {
	const flow = this.getContext('flow');
	flow[FIRST_EXECUTION] ??= this.getExecutionId();
	return String(flow[FIRST_EXECUTION]);
}

/** All rows, or as many as `limit` says, a page after another. */
async function collectPages(
	this: IExecuteFunctions,
	service: Service,
	operation: Operation,
	pages: Pages,
	request: Request,
): Promise<IDataObject[]> {
	const itemIndex = request.itemIndex ?? 0;
	const all = this.getNodeParameter('returnAll', itemIndex, false) as boolean;
	const wanted = all ? Infinity : (this.getNodeParameter('limit', itemIndex, 50) as number);
	const rows: IDataObject[] = [];
	let cursor: unknown;
	do {
		const query: IDataObject = { ...request.query };
		query[pages.limit] = Math.min(pages.most, wanted - rows.length);
		if (cursor) query[pages.cursor] = String(cursor);
		const reply: Reply = await send.call(this, service, { ...request, query });
		rows.push(...rowsOf(operation, reply));
		cursor = at(reply.body, pages.next);
	} while (cursor && rows.length < wanted);
	return rows.slice(0, wanted);
}
