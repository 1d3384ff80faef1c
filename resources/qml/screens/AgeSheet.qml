import QtQuick
import QtQuick.Controls.Basic
import QtQuick.Layouts
import "../theme"
import "../controls"
import "age"

// Is the buyer old enough? A scanned licence, a typed date of birth, or a customer whose date is kept.
Sheet {
    id: sheet
    required property var basket
    readonly property var vm: basket.age
    readonly property var age: basket.law.age || ({ state: "none", needed: 0 })
    readonly property bool scanned: !!vm.card.number

    subtitle: age.needed > 0 ? qsTr("The buyer has to be %1.").arg(age.needed) : qsTr("Nothing in the basket asks for an age yet.")
    title: qsTr("Age check")
    visible: vm.opened
    onClosed: vm.close()

    Flickable {
        id: flick
        Layout.fillHeight: true
        Layout.fillWidth: true
        boundsBehavior: Flickable.StopAtBounds
        clip: true
        contentHeight: inside.implicitHeight + 8
        ScrollBar.vertical: ScrollBar { policy: flick.contentHeight > flick.height ? ScrollBar.AsNeeded : ScrollBar.AlwaysOff }
        ColumnLayout {
            id: inside
            spacing: 16
            width: flick.width - 8
            x: 4
            y: 4
            Refusal { Layout.fillWidth: true; refusal: sheet.vm.refusal; visible: code !== "" && code !== "age_unchecked" }
            Banner { Layout.fillWidth: true; title: qsTr("Before the payment the age has to be checked."); visible: sheet.vm.refusal.code === "age_unchecked" }
            Banner {
                Layout.fillWidth: true
                detail: sheet.age.proof ? CounterWords.proof(sheet.age.proof) : ""
                meaning: CounterWords.ageMeaning(sheet.age.state)
                title: CounterWords.age(sheet.age)
                visible: sheet.age.state === "checked" || sheet.age.state === "young"
            }
            Loader {
                Layout.fillWidth: true
                active: sheet.vm.opened
                sourceComponent: sheet.scanned ? person : ways
            }
        }
    }
    ActionButton { Layout.fillWidth: true; Layout.preferredHeight: 56; text: qsTr("Done"); variant: sheet.age.state === "checked" ? "primary" : "secondary"; onClicked: sheet.close() }
    Component { id: ways; AgeWays { basket: sheet.basket } }
    Component { id: person; AgePerson { vm: sheet.vm } }
}
