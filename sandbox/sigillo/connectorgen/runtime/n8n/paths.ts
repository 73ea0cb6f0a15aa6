import type { IDataObject } from 'n8n-workflow';

/** What lies at a path with full stops; undefined where a step is missing. */
export function at(row: unknown, path: string): unknown {
	const step = (value: unknown, name: string) => (value as IDataObject | null | undefined)?.[name];
	return path.split('.').reduce(step, row);
}

/** Put a value at a path with full stops, making the objects on the way; at no path it is laid over the target. */
export function set(target: IDataObject, path: string, value: unknown): void {
	if (path === '') {
		Object.assign(target, value);
		return;
	}
	const [name, ...rest] = path.split('.');
	if (rest.length === 0) target[name] = value as IDataObject;
	else set((target[name] ??= {}) as IDataObject, rest.join('.'), value);
}
