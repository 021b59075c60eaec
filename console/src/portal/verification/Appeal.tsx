import { say } from "./Say.tsx";

export default say("appeal");
