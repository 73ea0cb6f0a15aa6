import type { IDataObject, INode, JsonObject } from 'n8n-workflow';
import { NodeApiError } from 'n8n-workflow';
import type { Failures, Input, Service } from './contract';
import { at } from './paths';
import type { Reply, Request } from './transport';

/** What the API says of a request that it refused; each part may be missing. */
interface Problem {
	detail?: string;
	code?: string;
	requestId?: string;
	fields: Told[];
}

/** What is wrong with one field, by the name that people see. */
interface Told {
	label: string;
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
	const problem = read(service.failures, reply.body, request.inputs ?? []);
	return new NodeApiError(node, reply.body as JsonObject, {
		message: headline(reply.status, service, problem),
		description: advice(reply.status, problem),
		httpCode: String(reply.status),
		itemIndex: request.itemIndex,
	});
}

function read(failures: Failures, body: unknown, inputs: Input[]): Problem {
	const said = (path: string) => at(body, path) as string | undefined;
	const wrong = (at(body, failures.fields) ?? []) as IDataObject[];
	const fields = wrong.map((field) => ({
		label: labelOf(String(at(field, failures.pointer) ?? ''), inputs),
		detail: inLabels(String(at(field, failures.fieldDetail) ?? ''), inputs),
	}));
	const detail = said(failures.detail);
	return {
		detail: detail && inLabels(detail, inputs),
		code: said(failures.code),
		requestId: said(failures.requestId),
		fields,
	};
}

function headline(status: number, service: Service, problem: Problem): string {
	const { fields } = problem;
	if (status === REFUSED_KEY) return `${service.name} refused the API key`;
	if (fields.length === 1) return `${fields[0].label}: ${fields[0].detail}`;
	if (fields.length > 1) return `Please check: ${fields.map(({ label }) => label).join(', ')}`;
	return problem.detail ?? `${service.name} answered with HTTP status ${status}`;
}

function advice(status: number, problem: Problem): string {
	const lines = problem.fields.map(({ label, detail }) => `${label}: ${detail}`);
	if (lines.length === 0 && problem.detail) lines.push(problem.detail);
	if (status === REFUSED_KEY)
		lines.push('Check the API key and the environment in the credential.');
	if (problem.code) lines.push(`Code: ${problem.code}`);
	if (problem.requestId) lines.push(`Request: ${problem.requestId}`);
	return lines.join('\n');
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

/** What the API says of its own names, in back-ticks, said in the words that people see. */
function inLabels(said: string, inputs: Input[]): string {
	return said.replace(/`([\w.]+)`/g, (marked, name: string) => {
		const input = inputs.find((candidate) => candidate.name === name);
		return input ? `“${input.label}”` : marked;
	});
}

function position(step: string): string {
	return /^\d+$/.test(step) ? `#${Number(step) + 1}` : step;
}
