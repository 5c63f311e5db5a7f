/** Drives Debian's chromium by its DevTools protocol over a pipe, kept off the network but for this machine. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { pathToFileURL } from "node:url";
import { findTool } from "./tools.ts";

const flags = [
  "--headless=new",
  "--remote-debugging-pipe",
  "--no-first-run",
  "--no-default-browser-check",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-default-apps",
  "--disable-domain-reliability",
  "--disable-extensions",
  "--disable-sync",
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--no-pings",
  "--metrics-recording-only",
  "--no-proxy-server",
  "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
  "--hide-scrollbars",
  "--force-color-profile=srgb",
  "--font-render-hinting=none",
];

type Json = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

interface Waiting {
  resolve(result: Json): void;
  reject(error: Error): void;
}

export interface PageOptions {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  /** Pixels of the screen to one of CSS; 1 when not given. */
  readonly scale?: number;
  /** Whether scripts run; true when not given. */
  readonly scripts?: boolean;
}

/** Undefined where there is no chromium. */
export function chromiumPath(): string | undefined {
  return findTool("chromium");
}

export class Chromium {
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (message: Message) => void>();
  #lastId = 0;
  #rest = "";

  /** Throws when there is no chromium. */
  constructor() {
    const path = chromiumPath();
    if (path === undefined) throw new Error("there is no chromium in PATH");
    this.#folder = mkdtempSync(join(tmpdir(), "maptrail-chromium-"));
    const asRoot = process.getuid?.() === 0 ? ["--no-sandbox"] : [];
    this.#child = spawn(path, [...flags, ...asRoot, `--user-data-dir=${this.#folder}`], {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
    });
    const output = this.#child.stdio[4] as Readable;
    output.setEncoding("utf8");
    output.on("data", (text: string) => this.#receive(text));
    this.#child.once("exit", () => this.#fail(new Error("chromium has ended")));
  }

  async open(file: string, options: PageOptions): Promise<Page> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const attached = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const page = new Page(this, String(attached["sessionId"]), String(targetId));
    await page.begin(pathToFileURL(file).href, options);
    return page;
  }

  send(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    this.#lastId += 1;
    const id = this.#lastId;
    const message = JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) });
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      (this.#child.stdio[3] as Writable).write(`${message}\0`);
    });
  }

  onSession(sessionId: string, listener: (message: Message) => void): void {
    this.#listeners.set(sessionId, listener);
  }

  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#child.once("exit", resolve));
    this.send("Browser.close").catch(() => undefined);
    await gone;
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #receive(text: string): void {
    const messages = (this.#rest + text).split("\0");
    this.#rest = messages.pop() ?? "";
    for (const one of messages) this.#handle(JSON.parse(one) as Message);
  }

  #handle(message: Message): void {
    const waiting = message.id === undefined ? undefined : this.#waiting.get(message.id);
    if (waiting === undefined) {
      this.#listeners.get(message.sessionId ?? "")?.(message);
      return;
    }
    this.#waiting.delete(message.id ?? 0);
    if (message.error === undefined) waiting.resolve(message.result ?? {});
    else waiting.reject(new Error(message.error.message));
  }

  #fail(error: Error): void {
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

export class Page {
  /** Addresses of everything that was asked for, the page itself first. */
  readonly requests: string[] = [];
  /** What the console, the log and uncaught errors said. */
  readonly complaints: string[] = [];
  readonly #browser: Chromium;
  readonly #session: string;
  readonly #target: string;
  #onLoad: () => void = () => undefined;

  constructor(browser: Chromium, session: string, target: string) {
    this.#browser = browser;
    this.#session = session;
    this.#target = target;
    browser.onSession(session, (message) => this.#hear(message));
  }

  send(method: string, params: Json = {}): Promise<Json> {
    return this.#browser.send(method, params, this.#session);
  }

  async begin(url: string, options: PageOptions): Promise<void> {
    for (const domain of ["Page", "Runtime", "Log", "Network"]) await this.send(`${domain}.enable`);
    await this.resize(options);
    await this.send("Emulation.setEmulatedMedia", {
      features: [{ name: "prefers-color-scheme", value: options.dark === true ? "dark" : "light" }],
    });
    const value = options.scripts === false;
    await this.send("Emulation.setScriptExecutionDisabled", { value });
    const loaded = new Promise<void>((resolve) => {
      this.#onLoad = resolve;
    });
    await this.send("Page.navigate", { url });
    await loaded;
  }

  async resize({ width, height, scale = 1 }: PageOptions): Promise<void> {
    const metrics = { width, height, deviceScaleFactor: scale, mobile: width < 500 };
    await this.send("Emulation.setDeviceMetricsOverride", metrics);
  }

  /** The value of a JavaScript expression, awaited. Rejects when it throws. */
  async evaluate<Value>(expression: string): Promise<Value> {
    const answer = await this.send("Runtime.evaluate", {
      expression,
      awaitPromise: true,
      returnByValue: true,
      // As if the page itself had asked: else DevTools may do what the page's policy forbids.
      allowUnsafeEvalBlockedByCSP: false,
    });
    const { exceptionDetails, result } = answer as {
      exceptionDetails?: { text: string; exception?: { description?: string } };
      result: { value: Value };
    };
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value;
  }

  /** PNG of what is in sight, or of the whole page. */
  async screenshot(whole = false): Promise<Buffer> {
    const options = { format: "png", captureBeyondViewport: whole };
    const { data } = await this.send("Page.captureScreenshot", options);
    return Buffer.from(String(data), "base64");
  }

  async mouse(type: string, x: number, y: number, more: Json = {}): Promise<void> {
    await this.send("Input.dispatchMouseEvent", { type, x, y, ...more });
  }

  async key(key: string, text = key): Promise<void> {
    const isText = text.length === 1;
    await this.send("Input.dispatchKeyEvent", { type: "keyDown", key, ...(isText && { text }) });
    await this.send("Input.dispatchKeyEvent", { type: "keyUp", key });
  }

  async close(): Promise<void> {
    await this.#browser.send("Target.closeTarget", { targetId: this.#target });
  }

  #hear({ method, params = {} }: Message): void {
    switch (method) {
      case "Page.loadEventFired":
        this.#onLoad();
        break;
      case "Network.requestWillBeSent":
        this.requests.push((params["request"] as { url: string }).url);
        break;
      case "Runtime.exceptionThrown":
      case "Runtime.consoleAPICalled":
      case "Log.entryAdded":
        this.complaints.push(JSON.stringify(params));
        break;
      default:
    }
  }
}
