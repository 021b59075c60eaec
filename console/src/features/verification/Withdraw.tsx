import { step } from "./Step.tsx";

export default step("withdraw");
