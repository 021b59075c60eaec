import ChoosePassword from "./ChoosePassword.tsx";

export default function Welcome() {
  return <ChoosePassword by="invitation" />;
}
