import type { IDataObject, INode, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import type { Input, Service } from './contract';
import type { Reply, Request } from './transport';

/** A problem of RFC 9457 with the members that the API adds. */
interface Problem {
	title?: string;
	detail?: string;
	code?: string;
	errors?: FieldProblem[];
}

interface FieldProblem {
	pointer: string;
	detail: string;
}

const REFUSED_KEY = 401;

/** What the API refused, in words that name the fields as people see them. */
export function refusal(
	node: INode,
	service: Service,
	reply: Reply,
	request: Request,
): NodeApiError {
	const problem = (reply.body ?? {}) as Problem;
	const fields = (problem.errors ?? []).map((field) => told(field, request.inputs ?? []));
	return new NodeApiError(node, reply.body as JsonObject, {
		message: headline(reply.status, service, problem, fields),
		description: advice(reply.status, problem, fields, reply.headers),
		httpCode: String(reply.status),
		itemIndex: request.itemIndex,
	});
}

interface Told {
	label: string;
	detail: string;
}

function headline(status: number, service: Service, problem: Problem, fields: Told[]): string {
	if (status === REFUSED_KEY) return `${service.name} refused the API key`;
	if (fields.length === 1) return `${fields[0].label}: ${fields[0].detail}`;
	if (fields.length > 1) return `Please check: ${fields.map(({ label }) => label).join(', ')}`;
	return problem.detail ?? problem.title ?? `${service.name} answered with HTTP status ${status}`;
}

function advice(status: number, problem: Problem, fields: Told[], headers: IDataObject): string {
	const lines = fields.map(({ label, detail }) => `${label}: ${detail}`);
	if (lines.length === 0 && problem.detail) lines.push(problem.detail);
	if (status === REFUSED_KEY)
		lines.push('Check the API key and the environment in the credential.');
	if (problem.code) lines.push(`Code: ${problem.code}`);
	if (headers['request-id']) lines.push(`Request: ${String(headers['request-id'])}`);
	return lines.join('\n');
}

function told(field: FieldProblem, inputs: Input[]): Told {
	return { label: labelOf(field.pointer, inputs), detail: field.detail };
}

/**
 * The label of the input that a pointer is about: `/recipient/email` is the input `recipient.email`; `/file_ids/3` is the
 * fourth of `file_ids`. What belongs to no input keeps its pointer.
 */
function labelOf(pointer: string, inputs: Input[]): string {
	const steps = pointer.split('/').filter((step) => step !== '');
	for (let length = steps.length; length > 0; length--) {
		const name = steps.slice(0, length).join('.');
		const input = inputs.find((candidate) => candidate.name === name);
		if (input) return [input.label, ...steps.slice(length).map(position)].join(' ');
	}
	return pointer || 'Input';
}

function position(step: string): string {
	return /^\d+$/.test(step) ? `#${Number(step) + 1}` : step;
}
