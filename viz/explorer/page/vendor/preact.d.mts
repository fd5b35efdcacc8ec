// What the page uses of preact 11.2; the library's own types need its package around them.
export type VNode = object;
export type Child = VNode | string | number | boolean | null | undefined | Child[];
export function h(type: any, props: object | null, ...children: any[]): VNode;
export function render(node: Child, parent: Element): void;
export function Fragment(props: { children?: Child }): VNode;
export abstract class Component<P = {}, S = {}> {
  constructor(props?: P);
  props: Readonly<P>;
  state: Readonly<S>;
  setState(patch: Partial<S>): void;
  forceUpdate(): void;
  componentDidMount?(): void;
  componentDidUpdate?(before: Readonly<P>, state: Readonly<S>): void;
  componentWillUnmount?(): void;
  shouldComponentUpdate?(next: Readonly<P>, state: Readonly<S>): boolean;
  abstract render(): Child;
}
