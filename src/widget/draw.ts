/**
 * Draws what pure functions describe, and changes in the page only what is different. It is the smallest thing that does
 * so for the renderer: components are functions without state of their own, called where they stand; JSX compiles to
 * `jsx` (docs/decisions/0010-own-drawing.md).
 *
 * Only this module makes nodes, and it knows them by their class: whatever else stands where a child may stand is
 * written as text, so that no value from a questionnaire can ever become an element.
 */
class Drawn {
  readonly tag: string;
  readonly props: Props;
  /** Drawn again it stays the same element, wherever it moves among its siblings. */
  key: unknown;
  readonly children: Drawn[];
  dom!: Element | Text;

  constructor(tag: string, props: Props, key: unknown, children: Drawn[]) {
    this.tag = tag;
    this.props = props;
    this.key = key;
    this.children = children;
  }
}
interface Props {
  readonly children?: unknown;
  readonly [name: string]: unknown;
}
type Component = (props: Props) => unknown;

/** What JSX compiles to. */
export function jsx(type: string | Component, props: Props, key?: unknown): unknown {
  if (typeof type === 'string') return new Drawn(type, props, key, flat(props.children));
  const drawn = type(props);
  if (key !== undefined && drawn instanceof Drawn) drawn.key = key;
  return drawn;
}
export { jsx as jsxs };
export const Fragment: Component = ({ children }) => children;

function flat(child: unknown): Drawn[] {
  if (Array.isArray(child)) return child.flatMap(flat);
  if (child == null || typeof child === 'boolean') return [];
  return [child instanceof Drawn ? child : new Drawn('', { text: String(child) }, undefined, [])];
}

const shown = new WeakMap<Element, Drawn[]>();

/** Makes the children of an element what is described. */
export function draw(described: unknown, parent: Element): void {
  const now = flat(described);
  patch(parent, shown.get(parent) ?? [], now);
  shown.set(parent, now);
}

function patch(parent: Element, before: readonly Drawn[], now: readonly Drawn[]): void {
  const left = new Set(before);
  const pairs = now.map((next) => {
    const old = [...left].find((each) => each.key === next.key && each.tag === next.tag);
    if (old) left.delete(old);
    return [next, old] as const;
  });
  for (const gone of left) gone.dom.remove();
  let place = parent.firstChild;
  for (const [next, old] of pairs) {
    const dom = change(parent, next, old);
    if (dom === place) place = dom.nextSibling;
    else parent.insertBefore(dom, place);
  }
}

function change(parent: Element, next: Drawn, old: Drawn | undefined): Element | Text {
  const { tag, props } = next;
  if (!tag) {
    const text = old?.dom ?? new Text();
    next.dom = text;
    if (text.textContent !== props.text) text.textContent = String(props.text);
    return text;
  }
  // The namespace is inherited, but for the element that begins a drawing.
  const space = tag === 'svg' ? 'http://www.w3.org/2000/svg' : parent.namespaceURI;
  const dom = (old?.dom as Element) ?? document.createElementNS(space, tag);
  next.dom = dom;
  const was: Props = old?.props ?? {};
  for (const name of Object.keys(was)) if (!(name in props)) set(dom, name, undefined);
  for (const name of Object.keys(props)) {
    // What the person changes by themselves is set each time, because the page may differ from what was drawn.
    if (props[name] !== was[name] || /^(checked|value)$/.test(name)) set(dom, name, props[name]);
  }
  patch(dom, old?.children ?? [], next.children);
  if (!old && typeof props.ref === 'function') props.ref(dom);
  return dom;
}

function set(dom: Element, name: string, value: unknown): void {
  if (name === 'children' || name === 'ref') return;
  if (name === 'style') {
    // By script and property, as every content security policy allows.
    for (const [property, to] of Object.entries(value ?? {})) (dom as HTMLElement).style.setProperty(property, to);
  } else if (name.startsWith('on')) {
    // Nothing is returned: a handler of this kind that returned false would cancel the event.
    const handler = typeof value === 'function' ? (event: Event) => void value(event) : null;
    Object.assign(dom, { [name.toLowerCase()]: handler });
  } else if (/^(checked|value|defaultValue|selected)$/.test(name)) {
    Object.assign(dom, { [name]: value });
  } else if (value == null || value === false) dom.removeAttribute(name);
  else dom.setAttribute(name, value === true ? '' : String(value));
}

type On<E, T> = ((event: E & { readonly currentTarget: T }) => unknown) | undefined;
interface Attributes<T> {
  readonly key?: unknown;
  readonly ref?: (element: T) => void;
  readonly children?: unknown;
  readonly class?: string;
  readonly style?: Readonly<Record<string, string>>;
  readonly onClick?: On<MouseEvent, T>;
  readonly onInput?: On<Event, T>;
  readonly onChange?: On<Event, T>;
  readonly onSubmit?: On<Event, T>;
  readonly onKeyDown?: On<KeyboardEvent, T>;
  readonly onPointerDown?: On<PointerEvent, T>;
  readonly onPointerUp?: On<PointerEvent, T>;
  readonly [attribute: string]: unknown;
}
export declare namespace JSX {
  type Element = unknown;
  type ElementType = keyof IntrinsicElements | ((props: never) => unknown);
  type IntrinsicElements = {
    [Tag in keyof HTMLElementTagNameMap]: Attributes<HTMLElementTagNameMap[Tag]>;
  } & Record<'svg' | 'circle' | 'path', Attributes<SVGElement>>;
  interface IntrinsicAttributes {
    readonly key?: unknown;
  }
  interface ElementChildrenAttribute {
    children: unknown;
  }
}
